"""Adversarial losses, by name; each is the mean over a batch of logits.

non_saturating: the discriminator minimises -log D(x) - log(1 - D(G(z))), the generator -log D(G(z)).
minimax: the discriminator as above; the generator minimises log(1 - D(G(z))), which saturates while it loses.

Source: Goodfellow et al. 2014, arXiv:1406.2661, equation 1 and section 3.
"""

LOSSES = ("non_saturating", "minimax")
