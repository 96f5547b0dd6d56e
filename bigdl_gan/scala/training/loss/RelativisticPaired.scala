package com.intel.analytics.bigdl.dllib.gan.training.loss

/**
 * Compares each real image with one generated image: with t = D(x) - D(G(z)), and D the logit, the
 * discriminator minimises softplus(-t), the generator softplus(t). Source: Huang et al. 2024, "The GAN
 * is dead; long live the GAN! A modern GAN baseline" (R3GAN), arXiv:2501.05441, equation 2.
 */
private[gan] object RelativisticPaired extends Loss {
  override def generatorSeesReal: Boolean = true

  override def judgements(logits: Logits): Logits = {
    val compared = new Logits(logits.count)
    var i = 0
    while (i < logits.count) {
      compared.real(i) = logits.real(i) - logits.fake(i)
      compared.fake(i) = -compared.real(i)
      i += 1
    }
    compared
  }

  override def discriminator(logits: Logits, toReal: Array[Double], toFake: Array[Double]): Double = {
    val compared = judgements(logits)
    Loss.each(compared.fake, toReal)(-Loss.sigmoid(_))
    Loss.each(compared.fake, toFake)(Loss.sigmoid)
    Loss.mean(compared.fake)(Loss.softplus)
  }

  override def generator(logits: Logits, toFake: Array[Double]): Double = {
    val compared = judgements(logits)
    Loss.each(compared.real, toFake)(-Loss.sigmoid(_))
    Loss.mean(compared.real)(Loss.softplus)
  }
}
