# Written by `make generate` from scala/training/loss: change that.
"""Adversarial losses by name. Each is a mean over a batch of logits.

hinge: The discriminator minimises max(0, 1 - D(x)) + max(0, 1 + D(G(z))), the generator -D(G(z)); D is the logit.
    Source: Lim and Ye 2017, arXiv:1705.02894, equation 1.

least_squares: The discriminator minimises (D(x) - 1)^2 / 2 + D(G(z))^2 / 2, the generator (D(G(z)) - 1)^2 / 2; D is the
    logit. Source: Mao et al. 2017, arXiv:1611.04076, equation 9.

minimax: The discriminator minimises -log D(x) - log(1 - D(G(z))), the generator log(1 - D(G(z))), which saturates while
    the generator loses. Source: Goodfellow et al. 2014, arXiv:1406.2661, equation 1.

non_saturating: The discriminator minimises -log D(x) - log(1 - D(G(z))), the generator -log D(G(z)). Source: Goodfellow
    et al. 2014, arXiv:1406.2661, section 3.

relativistic_average: Compares each image with the mean logit of the other kind: with r = D(x) - mean D(G(z)), f =
    D(G(z)) - mean D(x), and D the logit, the discriminator minimises softplus(-r) + softplus(f), the generator
    softplus(r) + softplus(-f). The means are over the whole batch, on all executors. Source: Jolicoeur-Martineau 2018,
    arXiv:1807.00734, "RaSGAN".

relativistic_paired: Compares each real image with one generated image: with t = D(x) - D(G(z)), and D the logit, the
    discriminator minimises softplus(-t), the generator softplus(t). Source: Huang et al. 2024, "The GAN is dead; long
    live the GAN! A modern GAN baseline" (R3GAN), arXiv:2501.05441, equation 2.

wasserstein: The discriminator minimises D(G(z)) - D(x), the generator -D(G(z)); D is the logit. The discriminator must
    be kept smooth, which this loss does not do. Source: Arjovsky et al. 2017, arXiv:1701.07875, equation 2.
"""

LOSSES = (
    "hinge",
    "least_squares",
    "minimax",
    "non_saturating",
    "relativistic_average",
    "relativistic_paired",
    "wasserstein",
)

# whose discriminator learns labels, which `labelSmoothing` moves
LABELLED = ("least_squares", "minimax", "non_saturating", "relativistic_average")

# which need the logits of the entire batch, on all executors
COUPLED = ("relativistic_average",)
