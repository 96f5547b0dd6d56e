"""The Params of `GANEstimator` and `GANModel`. After a change: `make generate`."""

from typing import Any

from bigdl_gan.params.generated.losses import LABELLED, LOSSES
from bigdl_gan.params.rules import (
    Callbacks,
    Choice,
    Columns,
    Converted,
    Flag,
    Integer,
    Network,
    Number,
    Optimizer,
    Schedule,
    Seed,
    Smoothing,
    Text,
    TrainedModel,
)
from bigdl_gan.params.table import Row, Table
from bigdl_gan.params.values import to_words

UPDATE_RULES = ("simultaneous", "alternating")
GENERATOR_WEIGHTS = ("average", "raw")
AUGMENTATIONS = ("color", "translation", "cutout")
ENGINES = ("auto", "mkldnn", "onednn")  # the preferred first
STORAGE_LEVELS = ("MEMORY_AND_DISK", "MEMORY_ONLY", "DISK_ONLY")


def _to_augmentations(name: str, value: Any) -> str:
    return to_words(name, value, among=AUGMENTATIONS)


GAN_TABLE = Table([
    Row("generator", Network(),
        "Maps latents, shape (latent,), to images, shape (C, H, W). C is 1 (grey) or 3 (red, green, blue). Ends in "
        "tanh: images are in [-1, 1]."),
    Row("discriminator", Network(), "Maps an image, shape (C, H, W), to one logit, shape (1,)."),
    Row("imageCol", Text("a column's name"),
        "Column of Spark's image struct, uint8, with images of the networks' size.", "image",
        is_free=True),
    Row("outputCol", Text("a new column's name"), "Column for generated images.", "generated",
        is_free=True, is_models=True),
    Row("idCol", Text("a column's name"),
        "Column of integers. Together with `seed`, a row's id decides its latent.", "id", is_free=True, is_models=True),
    Row("latentCol", Text("a column's name"),
        "Column of latents, as arrays or vectors. If unset, latents follow from `idCol`.",
        is_free=True, is_models=True),
    Row("labelCol", Text("a column's name"),
        "Column of the images' labels, integers or strings, each a class. It needs networks that take labels, as "
        "`dcgan.generator(28, 1, n_labels=10)`. The model keeps the classes' names; in `transform`, the column has the "
        "labels to generate for. If unset, images have no labels.", is_free=True, is_models=True),
    Row("labelCols", Columns(),
        "Columns of attributes, of which an image may have several: True or False, 1 or 0, 1 or -1. They take "
        "`labelCol`'s place, and the networks take a number for each column.", is_free=True, is_models=True),
    Row("balanceClasses", Flag(),
        "Draw images of each class of `labelCol` equally often, however many there are. An epoch is still as many "
        "draws as there are images.", False),
    Row("loss", Choice(LOSSES), "Adversarial loss, one of `bigdl_gan.losses.LOSSES`.", "non_saturating"),
    Row("labelSmoothing", Smoothing(),
        "How far the discriminator's labels lie from 1 for real images and from 0 for generated ones. A single number "
        "is for real images only (one-sided; 0.1 is usual), a pair for both. The generator's loss keeps its label. Not "
        f"0 only with a loss that has labels: {', '.join(LABELLED)}.", [0.0, 0.0]),
    Row("leCam", Number(least=0),
        "Weight of LeCam regularisation (Tseng et al. 2021, arXiv:2104.03310), for few images: to the discriminator's "
        "loss it adds leCam * (mean max(0, D(x) - a)^2 + mean max(0, b - D(G(z)))^2), where a and b are averages, with "
        "decay 0.99, of the logits of generated and of real images. 0 for none; 0.3 suits losses whose logits are "
        "small.", 0.0),
    Row("r1", Number(least=0),
        "Weight of the penalty r1 / 2 x the mean, over real images, of the squared norm of the discriminator's "
        "gradient by the image, over all pixels and channels (Mescheder et al. 2018, arXiv:1801.04406). 0 for none.",
        0.0),
    Row("r2", Number(least=0), "The weight of the same penalty on generated images. 0 for none.", 0.0),
    Row("gradientPenalty", Number(least=0),
        "Weight of the penalty gradientPenalty x the mean of (norm - `gradientPenaltyCenter`)^2, with the norm of the "
        "discriminator's gradient by an image, at random points on the lines between real and generated images "
        "(Gulrajani et al. 2017, arXiv:1704.00028). 0 for none; the paper has 10.", 0.0),
    Row("gradientPenaltyCenter", Number(least=0),
        "The norm that `gradientPenalty` draws towards: 1 as in the paper, or 0.", 1.0),
    Row("penaltyInterval", Integer(least=1),
        "Discriminator updates from one with penalties to the next. They count as often in it (Karras et al. 2020, "
        "arXiv:1912.04958, section 3.1).", 1),
    Row("penaltyShare", Number(above=0),
        "Share of a batch's images that penalties are on, at most 1: their means are over so many images of each "
        "kind on each executor, rounded up.", 1.0),
    Row("penaltySchedule", Schedule(),
        "Factor of `r1`, `r2` and `gradientPenalty` in each update, one of `bigdl_gan.schedules`. It counts the "
        "generator's updates. If unset, 1."),
    Row("updateRule", Choice(UPDATE_RULES),
        '"alternating": `nCritic` updates of the discriminator, then one of the generator. "simultaneous": one pass '
        "gives the gradients of both networks; on faces, at equal images, its KID was 1.3 to 1.9 times as large "
        "(docs/design.md).", "alternating"),
    Row("nCritic", Integer(least=1),
        'Discriminator updates before each generator update. More than 1 needs updateRule="alternating".', 1),
    Row("batchSize", Integer(least=1),
        "Images per update over all executors. A multiple of the number of executors. At equal images, smaller batches "
        "gave better faces, because they are more updates (docs/design.md).", 32),
    Row("microBatches", Integer(least=1),
        "Equal parts in which each executor runs its images of an update, one after the other, for less native memory. "
        "Their gradients add up to the batch's, but batch norm takes each part's own statistics, and `penaltyShare` "
        "the first images of each part. An alternating update generates its last images twice. It must divide an "
        "executor's share of `batchSize`, and be 1 with loss=\"relativistic_average\", `leCam` or layers that dllib "
        "runs.", 1),
    Row("maxIter", Integer(least=1), "Generator updates at most. Set this, `maxEpochs` or both.", is_free=True),
    Row("maxEpochs", Number(above=0),
        "Passes over the data at most, whole or not. Set this, `maxIter` or both.", is_free=True),
    Row("seed", Seed(), "Decides every random number.", 0, is_models=True),
    Row("generatorOptimizer", Optimizer(),
        "Optimiser of the generator. If unset, Adam(learning_rate=2e-4, beta_1=0.5)."),
    Row("discriminatorOptimizer", Optimizer(),
        "Optimiser of the discriminator. If unset, Adam(learning_rate=2e-4, beta_1=0.5)."),
    Row("generatorLearningRate", Number(above=0),
        "Learning rate of the generator's optimiser. If unset, the optimiser's own. A `ParamGridBuilder` can search "
        "over it, and such a search can be saved."),
    Row("discriminatorLearningRate", Number(above=0),
        "Learning rate of the discriminator's optimiser. If unset, the optimiser's own."),
    Row("generatorSchedule", Schedule(),
        "Factor of the generator's learning rate in each update, one of `bigdl_gan.schedules`. If unset, 1."),
    Row("discriminatorSchedule", Schedule(),
        "Factor of the discriminator's learning rate. It counts the generator's updates, too. If unset, 1."),
    Row("clipNorm", Number(above=0),
        "Shorten each network's gradient, over all its weights and all executors, to this norm if it is longer, as "
        "Keras's `global_clipnorm` and PyTorch's `clip_grad_norm_`. If unset, no limit."),
    Row("clipValue", Number(above=0),
        "Move each component of the gradients into [-clipValue, clipValue], as Keras's `clipvalue`. If unset, no "
        "limit."),
    Row("clipWeights", Number(above=0),
        "Move each of the discriminator's weights into [-clipWeights, clipWeights] after its update, for "
        'loss="wasserstein" (Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1: 0.01). If unset, no limit.'),
    Row("emaHalfLife", Number(least=0),
        "Half-life in images of the moving average of the generator's weights and running statistics, which the model "
        "uses (`generatorWeights`). At most 5 % of the images seen. 0: no average.", 10000.0),
    Row("generatorWeights", Choice(GENERATOR_WEIGHTS),
        'Which weights a model generates with. "average": their moving average, if the training kept one (see '
        '`emaHalfLife`). "raw": those of the last update. In training, callbacks see the same.', "average",
        is_free=True, is_models=True),
    Row("initialModel", TrainedModel(),
        "Model to continue from, on these or other images: its networks, or its weights if `generator` or "
        "`discriminator` is set too and has the same layers. The average continues without a ramp; updates, schedules "
        "and history begin anew. If unset, training begins with the networks' own weights."),
    Row("initialMoments", Flag(),
        "Continue also from the optimisers' moments of `initialModel`. They are in the last checkpoint of its "
        "training, which must still be there.", False),
    Row("historyInterval", Integer(least=1),
        "Generator updates averaged into one row of `model.history`. The last row may average fewer.", 1, is_free=True),
    Row("callbacks", Callbacks(),
        "Called after some updates each. If unset, a progress bar. Pass [] for no output."),
    Row("checkpointDir", Text("a folder's path"),
        "Folder for this training's checkpoints, on any Hadoop path. No other training may use it. If unset, no "
        "checkpoints are written.", is_free=True),
    Row("checkpointInterval", Integer(least=1),
        "Generator updates between checkpoints. The last update always writes one.", 100, is_free=True),
    Row("keepCheckpoints", Integer(least=1), "Newest checkpoints to keep.", 2, is_free=True),
    Row("returnBest", Text("a metric's name"),
        "Metric whose best generator `fit` returns, such as \"kid\", of those that a callback `Evaluate` measured; of "
        "two equal figures the earlier. Its history ends at that update, whose figure is in the last row. Kept in "
        "`checkpointDir`/best-<metric>, also for a resume; without `checkpointDir` in the driver's memory. If unset, "
        "the last generator.", is_free=True),
    Row("resume", Choice(("auto", "never", "must")),
        '"auto": resume from the newest checkpoint, if there is one; a finished training returns at once, without '
        'reading images. "never": refuse a folder with checkpoints. "must": refuse a folder without.', "auto",
        is_free=True),
    Row("maxRecoveries", Integer(least=0),
        "Consecutive executor losses tolerated without a new checkpoint in between. Recovery needs `checkpointDir`.", 3,
        is_free=True),
    Row("onCheckpointError", Choice(("stop", "warn")),
        'What to do if a checkpoint cannot be written: "stop" raises OSError, "warn" warns and continues.', "stop",
        is_free=True),
    Row("onDivergence", Choice(("stop", "rollback")),
        'What to do if a loss, a gradient or a weight is no longer finite. "stop": warn, and return the model from '
        'before that chunk of updates. "rollback": resume from the last checkpoint with other random numbers, up to '
        "`maxRollbacks` times, then stop.", "stop", is_free=True),
    Row("maxRollbacks", Integer(least=0), "Rollbacks in one `fit` at most.", 3, is_free=True),
    Row("randomFlip", Flag(),
        "Flip each real image horizontally with probability 0.5 each time it is drawn.", False),
    Row("augment", Converted(_to_augmentations, 'some of "color,translation,cutout", in any order, or ""', "str"),
        "How images, real and generated ones alike, change before the discriminator sees them (DiffAugment, Zhao et al."
        " 2020, arXiv:2006.10738), for fewer than some 30,000 images. Each image is changed at random in each pass, "
        'and gradients go through the change. "color": brightness, saturation and contrast. "translation": a shift by '
        'up to an eighth of each side. "cutout": a zero rectangle of half the sides. They apply in the order given. '
        'Penalties are on the gradient by the image before the change. "" for none.', ""),
    Row("engine", Choice(ENGINES),
        'Native library that networks run on: "mkldnn" (MKL-DNN 0.19, from dllib) or "onednn" (oneDNN 3.2, from this '
        'package). They round differently. "auto" takes mkldnn, which is a little faster in float32, or what loads. A '
        'training takes one engine for all executors; checkpoints keep its name, and "auto" resumes on it.',
        "auto", is_free=True, is_models=True),
    Row("storageLevel", Choice(STORAGE_LEVELS),
        'Where executors hold their images. "MEMORY_AND_DISK": on the heap, up to half of Spark\'s storage memory, and '
        "the rest in files in Spark's local folders. With spark.io.encryption.enabled=true nothing goes to files, and "
        "images that do not fit in memory are refused.", "MEMORY_AND_DISK", is_free=True),
    Row("truncation", Number(least=0.1, advice="Usual are 0.5 to 2."),
        "Redraw the components of a latent until |z| is at most this: less variety, better images. If unset, no "
        "truncation.", is_free=True, is_models=True),
])  # fmt: skip
