package com.intel.analytics.bigdl.dllib.gan.training.loss

/**
 * Compares each image with the mean logit of the other kind: with r = D(x) - mean D(G(z)), f = D(G(z)) -
 * mean D(x), and D the logit, the discriminator minimises softplus(-r) + softplus(f), the generator
 * softplus(r) + softplus(-f). The means are over the whole batch, on all executors. Source:
 * Jolicoeur-Martineau 2018, arXiv:1807.00734, "RaSGAN".
 */
private[gan] object RelativisticAverage extends RelativisticAverage(1, 0)

private[gan] sealed class RelativisticAverage(realLabel: Double, fakeLabel: Double) extends Labelled {
  override def couples: Boolean = true
  override def generatorSeesReal: Boolean = true
  override def withLabels(real: Double, fake: Double): Loss = new RelativisticAverage(real, fake)

  override def judgements(logits: Logits): Logits = {
    val compared = new Logits(logits.count)
    val (meanReal, meanFake) = (Loss.mean(logits.real)(x => x), Loss.mean(logits.fake)(x => x))
    Loss.each(logits.real, compared.real)(_ - meanFake)
    Loss.each(logits.fake, compared.fake)(_ - meanReal)
    compared
  }

  override def discriminator(logits: Logits, toReal: Array[Double], toFake: Array[Double]): Double = {
    val compared = judgements(logits)
    // Each logit is also in the mean that the other kind's logits are compared with.
    val byMeanFake = Loss.mean(compared.real)(CrossEntropy.gradient(_, realLabel))
    val byMeanReal = Loss.mean(compared.fake)(CrossEntropy.gradient(_, fakeLabel))
    Loss.each(compared.real, toReal)(CrossEntropy.gradient(_, realLabel) - byMeanReal)
    Loss.each(compared.fake, toFake)(CrossEntropy.gradient(_, fakeLabel) - byMeanFake)
    Loss.mean(compared.real)(CrossEntropy.value(_, realLabel)) +
      Loss.mean(compared.fake)(CrossEntropy.value(_, fakeLabel))
  }

  override def generator(logits: Logits, toFake: Array[Double]): Double = {
    val compared = judgements(logits)
    val byMeanFake = Loss.mean(compared.real)(CrossEntropy.gradient(_, 0))
    Loss.each(compared.fake, toFake)(CrossEntropy.gradient(_, 1) - byMeanFake)
    Loss.mean(compared.real)(CrossEntropy.value(_, 0)) +
      Loss.mean(compared.fake)(CrossEntropy.value(_, 1))
  }
}
