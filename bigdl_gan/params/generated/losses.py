# Written by `make generate` from scala/training/loss: change that.
"""Adversarial losses by name. Each is a mean over a batch of logits.

minimax: The discriminator minimises -log D(x) - log(1 - D(G(z))), the generator log(1 - D(G(z))), which saturates while
    the generator loses. Source: Goodfellow et al. 2014, arXiv:1406.2661, equation 1.

non_saturating: The discriminator minimises -log D(x) - log(1 - D(G(z))), the generator -log D(G(z)). Source: Goodfellow
    et al. 2014, arXiv:1406.2661, section 3.
"""

LOSSES = ("minimax", "non_saturating")
