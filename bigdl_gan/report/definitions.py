"""What the metrics are, in a sentence or two, with formulas and papers: for readers of a report."""

from typing import Dict, NamedTuple


class Definition(NamedTuple):
    """One metric's.

    Attributes:
        title: the field's name for it.
        text: formula, range, and what moves it.
        source: the paper; "" if there is none.
        best: the best value."""

    title: str
    text: str
    source: str
    best: str


def title_of(name: str) -> str:
    """The metric's title, or its own name."""
    return DEFINITIONS[name].title if name in DEFINITIONS else name


_FID = (
    "|m - n|^2 + tr(S + T - 2 (S T)^(1/2)), with means m, n and covariances S, T of the features of generated and of "
    "real images. 0 is best. "
)
_BALLS = "A ball around an image reaches to its k-th nearest neighbour on its own side, in the space of features. "

DEFINITIONS: Dict[str, Definition] = {
    "fid": Definition(
        "Frechet distance", _FID + "It is biased upwards by an amount that falls with the number of images: compare "
        "equal numbers only.", "Heusel et al. 2017, arXiv:1706.08500", "0"),
    "fid_infinity": Definition(
        "Frechet distance, extrapolated", _FID + "A line through the values of smaller samples against 1 / N is "
        "continued to infinitely many generated images.", "Chong & Forsyth 2020, arXiv:1911.07023", "0"),
    "kid": Definition(
        "Kernel distance",
        "The squared maximum mean discrepancy of features with the kernel (x . y / F + 1)^3, estimated without bias: "
        "its expectation does not depend on the number of images, and it may fall below 0. Papers quote 1,000 times "
        "the value.", "Binkowski et al. 2018, arXiv:1801.01401", "0"),
    "precision": Definition(
        "Precision", _BALLS + "The share of generated images within a ball around a real one: how many look real.",
        "Kynkaanniemi et al. 2019, arXiv:1904.06991", "1"),
    "recall": Definition(
        "Recall", _BALLS + "The share of real images within a ball around a generated one: how much of the data the "
        "generator can make.", "Kynkaanniemi et al. 2019, arXiv:1904.06991", "1"),
    "density": Definition(
        "Density", _BALLS + "In how many balls around real images a generated one lies on average, divided by k. It "
        "may exceed 1.", "Naeem et al. 2020, arXiv:2002.09797", "1"),
    "coverage": Definition(
        "Coverage", _BALLS + "The share of real images whose ball has a generated image in it.",
        "Naeem et al. 2020, arXiv:2002.09797", "1"),
    "inception_score": Definition(
        "Inception score",
        "exp of the mean Kullback-Leibler divergence of an image's class probabilities from their mean: from 1 to the "
        "number of classes. It looks at no real image and sees no variety within a class.",
        "Salimans et al. 2016, arXiv:1606.03498", "high"),
    "class_balance": Definition(
        "Class balance", "The total variation distance between the shares of the likeliest classes among generated and "
        "among real images: from 0, equal, to 1.", "", "0"),
    "missing_classes": Definition(
        "Missing classes", "How many classes have less than a tenth of their share among real images.",
        "", "0"),
    "memorization": Definition(
        "Data copying",
        "C_T: the standardised rank sum of the distances to the nearest training image, of generated against held-out "
        "images, averaged over cells of the space. Below 0 generated images are nearer to the training images than "
        "held-out ones are; far below 0 they are copies.", "Meehan et al. 2020, arXiv:2004.05675", "0"),
    "authenticity": Definition(
        "Authenticity",
        "The share of generated images that are further from their nearest training image than that one is from its "
        "own nearest.", "Alaa et al. 2022, arXiv:2102.08921", "as held-out"),
    "diversity": Definition(
        "Diversity", "The mean distance between two generated images over that between two real ones, in pixels. Noise "
        "raises it.", "", "1"),
    "feature_diversity": Definition(
        "Diversity of features", "The mean distance between the features of two generated images over that between "
        "those of two real ones. Noise raises it.", "", "1"),
    "classification_accuracy": Definition(
        "Accuracy after training on fakes", "The accuracy, on held-out real images, of a classifier that was trained "
        "on generated labelled images. Compare it with that of one trained on as many real images.",
        "Ravuri & Vinyals 2019, arXiv:1905.10887", "that of reals"),
    "weave": Definition(
        "Weave", "The power of brightness at the highest spatial frequency that pixels can show, of generated over "
        "real images. Above 1: a pattern of two pixels, or noise; below: blur.",
        "Odena et al. 2016, Deconvolution and checkerboard artifacts", "1"),
}  # fmt: skip
