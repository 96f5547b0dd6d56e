"""The Params of the metrics' evaluators. After a change: `make generate`."""

from bigdl_gan.params.rules import Choice, Extractor, Images, Integer, Number, Seed, Text
from bigdl_gan.params.table import Row, Table

COMMON = [
    Row("features", Extractor(), "What gives an image its features, such as `metrics.features.digits()`. Must be set."),
    Row("reals", Images(),
        "Real images. If unset, those in `imageCol` of the evaluated DataFrame: of a model's `transform`, its input."),
    Row("fakesCol", Text("a column's name"), "Column of generated images in the evaluated DataFrame.", "generated"),
    Row("imageCol", Text("a column's name"), "Column of real images.", "image"),
    Row("seed", Seed(), "Seed of all random choices.", 0),
]  # fmt: skip


def _named(*names: str) -> Row:
    return Row("metricName", Choice(names), "Which figure `evaluate` returns.", names[0])


EVALUATOR_TABLES = {
    "FrechetDistance": Table([
        *COMMON, _named("fid", "fid_infinity"),
        Row("nSizes", Integer(least=3), "Sample sizes that fid_infinity's line is fitted to.", 15),
    ]),
    "KID": Table([
        *COMMON, _named("kid"),
        Row("nSubsets", Integer(least=0), "Random subsets, for comparison with other libraries. 0: none.", 100),
        Row("subsetSize", Integer(least=2), "Images of each side in a subset.", 1000),
    ]),
    "PrecisionRecall": Table([
        *COMMON, _named("precision", "recall", "density", "coverage"),
        Row("k", Integer(least=1), "An image's ball reaches to its k-th nearest neighbour on its own side.", 5),
        Row("boundary", Choice(("open", "closed")),
            'Whether a ball includes its surface. "open": no (<), as in prdc. "closed": yes (<=), as in '
            "torch-fidelity.", "open"),
    ]),
    "InceptionScore": Table([
        *COMMON, _named("inception_score"),
        Row("nSplits", Integer(least=1), "Parts for the mean and deviation that papers quote.", 10),
    ]),
    "ClassBalance": Table([*COMMON, _named("class_balance", "missing_classes")]),
    "Memorization": Table([
        *COMMON, _named("memorization", "authenticity"),
        Row("heldOut", Images(), "Real images that were not trained on. `reals` must be those trained on."),
        Row("nCells", Integer(least=1), "Cells that the training images are divided into.", 3),
        Row("nShuffles", Integer(least=100), "Random shuffles that give the null distribution.", 1000),
        Row("k", Integer(least=1), "Nearest training images that are listed for each generated one.", 1),
    ]),
    "Diversity": Table([
        *COMMON, _named("diversity", "feature_diversity"),
        Row("nSamples", Integer(least=2), "Most images of each side; of more, as many are drawn at random.", 2000),
    ]),
    "Weave": Table([*COMMON, _named("weave")]),
    "ClassificationAccuracy": Table([
        *COMMON, _named("classification_accuracy"),
        Row("heldOut", Images(), "Labelled real images that both classifiers are tested on."),
        Row("labelCol", Text("a column's name"), "Labels, integers or text, in all DataFrames.", "label"),
        Row("epochs", Integer(least=1), "Passes over its images by each classifier.", 8),
        Row("batchSize", Integer(least=1), "Images in an update of a classifier.", 64),
        Row("learningRate", Number(above=0), "Adam's, for the classifiers.", 1e-3),
    ]),
}  # fmt: skip
