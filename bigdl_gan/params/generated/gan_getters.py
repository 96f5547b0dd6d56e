# Written by `make generate` from params/gan_table.py: change that.
"""The Params that `GANEstimator` and `GANModel` share, with their getters."""

from typing import Any, List

from pyspark.ml.param import Param
from pyspark.ml.param.shared import HasOutputCol, HasSeed

from bigdl_gan.params.gan_table import GAN_TABLE
from bigdl_gan.params.unset import Readable


class GANGetters(Readable, HasOutputCol, HasSeed):
    generator: "Param[Any]" = GAN_TABLE.param("generator")
    discriminator: "Param[Any]" = GAN_TABLE.param("discriminator")
    imageCol: "Param[str]" = GAN_TABLE.param("imageCol")
    outputCol: "Param[str]" = GAN_TABLE.param("outputCol")
    idCol: "Param[str]" = GAN_TABLE.param("idCol")
    latentCol: "Param[str]" = GAN_TABLE.param("latentCol")
    labelCol: "Param[str]" = GAN_TABLE.param("labelCol")
    labelCols: "Param[List[str]]" = GAN_TABLE.param("labelCols")
    balanceClasses: "Param[bool]" = GAN_TABLE.param("balanceClasses")
    loss: "Param[str]" = GAN_TABLE.param("loss")
    labelSmoothing: "Param[List[float]]" = GAN_TABLE.param("labelSmoothing")
    leCam: "Param[float]" = GAN_TABLE.param("leCam")
    r1: "Param[float]" = GAN_TABLE.param("r1")
    r2: "Param[float]" = GAN_TABLE.param("r2")
    gradientPenalty: "Param[float]" = GAN_TABLE.param("gradientPenalty")
    gradientPenaltyCenter: "Param[float]" = GAN_TABLE.param("gradientPenaltyCenter")
    penaltyInterval: "Param[int]" = GAN_TABLE.param("penaltyInterval")
    penaltyShare: "Param[float]" = GAN_TABLE.param("penaltyShare")
    penaltySchedule: "Param[Any]" = GAN_TABLE.param("penaltySchedule")
    updateRule: "Param[str]" = GAN_TABLE.param("updateRule")
    nCritic: "Param[int]" = GAN_TABLE.param("nCritic")
    batchSize: "Param[int]" = GAN_TABLE.param("batchSize")
    microBatches: "Param[int]" = GAN_TABLE.param("microBatches")
    maxIter: "Param[int]" = GAN_TABLE.param("maxIter")
    maxEpochs: "Param[float]" = GAN_TABLE.param("maxEpochs")
    seed: "Param[int]" = GAN_TABLE.param("seed")
    generatorOptimizer: "Param[Any]" = GAN_TABLE.param("generatorOptimizer")
    discriminatorOptimizer: "Param[Any]" = GAN_TABLE.param("discriminatorOptimizer")
    generatorLearningRate: "Param[float]" = GAN_TABLE.param("generatorLearningRate")
    discriminatorLearningRate: "Param[float]" = GAN_TABLE.param("discriminatorLearningRate")
    generatorSchedule: "Param[Any]" = GAN_TABLE.param("generatorSchedule")
    discriminatorSchedule: "Param[Any]" = GAN_TABLE.param("discriminatorSchedule")
    clipNorm: "Param[float]" = GAN_TABLE.param("clipNorm")
    clipValue: "Param[float]" = GAN_TABLE.param("clipValue")
    clipWeights: "Param[float]" = GAN_TABLE.param("clipWeights")
    emaHalfLife: "Param[float]" = GAN_TABLE.param("emaHalfLife")
    generatorWeights: "Param[str]" = GAN_TABLE.param("generatorWeights")
    initialModel: "Param[Any]" = GAN_TABLE.param("initialModel")
    initialMoments: "Param[bool]" = GAN_TABLE.param("initialMoments")
    historyInterval: "Param[int]" = GAN_TABLE.param("historyInterval")
    callbacks: "Param[List[Any]]" = GAN_TABLE.param("callbacks")
    checkpointDir: "Param[str]" = GAN_TABLE.param("checkpointDir")
    checkpointInterval: "Param[int]" = GAN_TABLE.param("checkpointInterval")
    keepCheckpoints: "Param[int]" = GAN_TABLE.param("keepCheckpoints")
    returnBest: "Param[str]" = GAN_TABLE.param("returnBest")
    resume: "Param[str]" = GAN_TABLE.param("resume")
    maxRecoveries: "Param[int]" = GAN_TABLE.param("maxRecoveries")
    onCheckpointError: "Param[str]" = GAN_TABLE.param("onCheckpointError")
    onDivergence: "Param[str]" = GAN_TABLE.param("onDivergence")
    maxRollbacks: "Param[int]" = GAN_TABLE.param("maxRollbacks")
    randomFlip: "Param[bool]" = GAN_TABLE.param("randomFlip")
    augment: "Param[str]" = GAN_TABLE.param("augment")
    engine: "Param[str]" = GAN_TABLE.param("engine")
    storageLevel: "Param[str]" = GAN_TABLE.param("storageLevel")
    truncation: "Param[float]" = GAN_TABLE.param("truncation")

    def getGenerator(self) -> Any:
        """Maps latents, shape (latent,), to images, shape (C, H, W). C is 1 (grey) or 3 (red, green, blue). Ends in
        tanh: images are in [-1, 1]. Raises KeyError if unset."""
        return self.getOrDefault(self.generator)

    def getDiscriminator(self) -> Any:
        """Maps an image, shape (C, H, W), to one logit, shape (1,). Raises KeyError if unset."""
        return self.getOrDefault(self.discriminator)

    def getImageCol(self) -> str:
        """Column of Spark's image struct, uint8, with images of the networks' size."""
        return self.getOrDefault(self.imageCol)

    def getOutputCol(self) -> str:
        """Column for generated images."""
        return self.getOrDefault(self.outputCol)

    def getIdCol(self) -> str:
        """Column of integers. Together with `seed`, a row's id decides its latent."""
        return self.getOrDefault(self.idCol)

    def getLatentCol(self) -> str:
        """Column of latents, as arrays or vectors. If unset, latents follow from `idCol`. Raises KeyError if unset."""
        return self.getOrDefault(self.latentCol)

    def getLabelCol(self) -> str:
        """Column of the images' labels, integers or strings, each a class. It needs networks that take labels, as
        `dcgan.generator(28, 1, n_labels=10)`. The model keeps the classes' names; in `transform`, the column has the
        labels to generate for. If unset, images have no labels. Raises KeyError if unset."""
        return self.getOrDefault(self.labelCol)

    def getLabelCols(self) -> List[str]:
        """Columns of attributes, of which an image may have several: True or False, 1 or 0, 1 or -1. They take
        `labelCol`'s place, and the networks take a number for each column. Raises KeyError if unset."""
        return self.getOrDefault(self.labelCols)

    def getBalanceClasses(self) -> bool:
        """Draw images of each class of `labelCol` equally often, however many there are. An epoch is still as many
        draws as there are images."""
        return self.getOrDefault(self.balanceClasses)

    def getLoss(self) -> str:
        """Adversarial loss, one of `bigdl_gan.losses.LOSSES`."""
        return self.getOrDefault(self.loss)

    def getLabelSmoothing(self) -> List[float]:
        """How far the discriminator's labels lie from 1 for real images and from 0 for generated ones. A single number
        is for real images only (one-sided; 0.1 is usual), a pair for both. The generator's loss keeps its label. Not 0
        only with a loss that has labels: least_squares, minimax, non_saturating, relativistic_average."""
        return self.getOrDefault(self.labelSmoothing)

    def getLeCam(self) -> float:
        """Weight of LeCam regularisation (Tseng et al. 2021, arXiv:2104.03310), for few images: to the discriminator's
        loss it adds leCam * (mean max(0, D(x) - a)^2 + mean max(0, b - D(G(z)))^2), where a and b are averages, with
        decay 0.99, of the logits of generated and of real images. 0 for none; 0.3 suits losses whose logits are
        small."""
        return self.getOrDefault(self.leCam)

    def getR1(self) -> float:
        """Weight of the penalty r1 / 2 x the mean, over real images, of the squared norm of the discriminator's
        gradient by the image, over all pixels and channels (Mescheder et al. 2018, arXiv:1801.04406). 0 for none."""
        return self.getOrDefault(self.r1)

    def getR2(self) -> float:
        """The weight of the same penalty on generated images. 0 for none."""
        return self.getOrDefault(self.r2)

    def getGradientPenalty(self) -> float:
        """Weight of the penalty gradientPenalty x the mean of (norm - `gradientPenaltyCenter`)^2, with the norm of the
        discriminator's gradient by an image, at random points on the lines between real and generated images (Gulrajani
        et al. 2017, arXiv:1704.00028). 0 for none; the paper has 10."""
        return self.getOrDefault(self.gradientPenalty)

    def getGradientPenaltyCenter(self) -> float:
        """The norm that `gradientPenalty` draws towards: 1 as in the paper, or 0."""
        return self.getOrDefault(self.gradientPenaltyCenter)

    def getPenaltyInterval(self) -> int:
        """Discriminator updates from one with penalties to the next. They count as often in it (Karras et al. 2020,
        arXiv:1912.04958, section 3.1)."""
        return self.getOrDefault(self.penaltyInterval)

    def getPenaltyShare(self) -> float:
        """Share of a batch's images that penalties are on, at most 1: their means are over so many images of each kind
        on each executor, rounded up."""
        return self.getOrDefault(self.penaltyShare)

    def getPenaltySchedule(self) -> Any:
        """Factor of `r1`, `r2` and `gradientPenalty` in each update, one of `bigdl_gan.schedules`. It counts the
        generator's updates. If unset, 1. Raises KeyError if unset."""
        return self.getOrDefault(self.penaltySchedule)

    def getUpdateRule(self) -> str:
        """"alternating": `nCritic` updates of the discriminator, then one of the generator. "simultaneous": one pass
        gives the gradients of both networks; on faces, at equal images, its KID was 1.3 to 1.9 times as large
        (docs/design.md)."""
        return self.getOrDefault(self.updateRule)

    def getNCritic(self) -> int:
        """Discriminator updates before each generator update. More than 1 needs updateRule="alternating"."""
        return self.getOrDefault(self.nCritic)

    def getBatchSize(self) -> int:
        """Images per update over all executors. A multiple of the number of executors. At equal images, smaller batches
        gave better faces, because they are more updates (docs/design.md)."""
        return self.getOrDefault(self.batchSize)

    def getMicroBatches(self) -> int:
        """Equal parts in which each executor runs its images of an update, one after the other, for less native memory.
        Their gradients add up to the batch's, but batch norm takes each part's own statistics, and `penaltyShare` the
        first images of each part. An alternating update generates its last images twice. It must divide an executor's
        share of `batchSize`, and be 1 with loss="relativistic_average", `leCam` or layers that dllib runs."""
        return self.getOrDefault(self.microBatches)

    def getMaxIter(self) -> int:
        """Generator updates at most. Set this, `maxEpochs` or both. Raises KeyError if unset."""
        return self.getOrDefault(self.maxIter)

    def getMaxEpochs(self) -> float:
        """Passes over the data at most, whole or not. Set this, `maxIter` or both. Raises KeyError if unset."""
        return self.getOrDefault(self.maxEpochs)

    def getSeed(self) -> int:
        """Decides every random number."""
        return self.getOrDefault(self.seed)

    def getGeneratorOptimizer(self) -> Any:
        """Optimiser of the generator. If unset, Adam(learning_rate=2e-4, beta_1=0.5). Raises KeyError if unset."""
        return self.getOrDefault(self.generatorOptimizer)

    def getDiscriminatorOptimizer(self) -> Any:
        """Optimiser of the discriminator. If unset, Adam(learning_rate=2e-4, beta_1=0.5). Raises KeyError if unset."""
        return self.getOrDefault(self.discriminatorOptimizer)

    def getGeneratorLearningRate(self) -> float:
        """Learning rate of the generator's optimiser. If unset, the optimiser's own. A `ParamGridBuilder` can search
        over it, and such a search can be saved. Raises KeyError if unset."""
        return self.getOrDefault(self.generatorLearningRate)

    def getDiscriminatorLearningRate(self) -> float:
        """Learning rate of the discriminator's optimiser. If unset, the optimiser's own. Raises KeyError if unset."""
        return self.getOrDefault(self.discriminatorLearningRate)

    def getGeneratorSchedule(self) -> Any:
        """Factor of the generator's learning rate in each update, one of `bigdl_gan.schedules`. If unset, 1. Raises
        KeyError if unset."""
        return self.getOrDefault(self.generatorSchedule)

    def getDiscriminatorSchedule(self) -> Any:
        """Factor of the discriminator's learning rate. It counts the generator's updates, too. If unset, 1. Raises
        KeyError if unset."""
        return self.getOrDefault(self.discriminatorSchedule)

    def getClipNorm(self) -> float:
        """Shorten each network's gradient, over all its weights and all executors, to this norm if it is longer, as
        Keras's `global_clipnorm` and PyTorch's `clip_grad_norm_`. If unset, no limit. Raises KeyError if unset."""
        return self.getOrDefault(self.clipNorm)

    def getClipValue(self) -> float:
        """Move each component of the gradients into [-clipValue, clipValue], as Keras's `clipvalue`. If unset, no
        limit. Raises KeyError if unset."""
        return self.getOrDefault(self.clipValue)

    def getClipWeights(self) -> float:
        """Move each of the discriminator's weights into [-clipWeights, clipWeights] after its update, for
        loss="wasserstein" (Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1: 0.01). If unset, no limit. Raises
        KeyError if unset."""
        return self.getOrDefault(self.clipWeights)

    def getEmaHalfLife(self) -> float:
        """Half-life in images of the moving average of the generator's weights and running statistics, which the model
        uses (`generatorWeights`). At most 5 % of the images seen. 0: no average."""
        return self.getOrDefault(self.emaHalfLife)

    def getGeneratorWeights(self) -> str:
        """Which weights a model generates with. "average": their moving average, if the training kept one (see
        `emaHalfLife`). "raw": those of the last update. In training, callbacks see the same."""
        return self.getOrDefault(self.generatorWeights)

    def getInitialModel(self) -> Any:
        """Model to continue from, on these or other images: its networks, or its weights if `generator` or
        `discriminator` is set too and has the same layers. The average continues without a ramp; updates, schedules and
        history begin anew. If unset, training begins with the networks' own weights. Raises KeyError if unset."""
        return self.getOrDefault(self.initialModel)

    def getInitialMoments(self) -> bool:
        """Continue also from the optimisers' moments of `initialModel`. They are in the last checkpoint of its
        training, which must still be there."""
        return self.getOrDefault(self.initialMoments)

    def getHistoryInterval(self) -> int:
        """Generator updates averaged into one row of `model.history`. The last row may average fewer."""
        return self.getOrDefault(self.historyInterval)

    def getCallbacks(self) -> List[Any]:
        """Called after some updates each. If unset, a progress bar. Pass [] for no output. Raises KeyError if unset."""
        return self.getOrDefault(self.callbacks)

    def getCheckpointDir(self) -> str:
        """Folder for this training's checkpoints, on any Hadoop path. No other training may use it. If unset, no
        checkpoints are written. Raises KeyError if unset."""
        return self.getOrDefault(self.checkpointDir)

    def getCheckpointInterval(self) -> int:
        """Generator updates between checkpoints. The last update always writes one."""
        return self.getOrDefault(self.checkpointInterval)

    def getKeepCheckpoints(self) -> int:
        """Newest checkpoints to keep."""
        return self.getOrDefault(self.keepCheckpoints)

    def getReturnBest(self) -> str:
        """Metric whose best generator `fit` returns, such as "kid", of those that a callback `Evaluate` measured; of
        two equal figures the earlier. Its history ends at that update, whose figure is in the last row. Kept in
        `checkpointDir`/best-<metric>, also for a resume; without `checkpointDir` in the driver's memory. If unset, the
        last generator. Raises KeyError if unset."""
        return self.getOrDefault(self.returnBest)

    def getResume(self) -> str:
        """"auto": resume from the newest checkpoint, if there is one; a finished training returns at once, without
        reading images. "never": refuse a folder with checkpoints. "must": refuse a folder without."""
        return self.getOrDefault(self.resume)

    def getMaxRecoveries(self) -> int:
        """Consecutive executor losses tolerated without a new checkpoint in between. Recovery needs `checkpointDir`."""
        return self.getOrDefault(self.maxRecoveries)

    def getOnCheckpointError(self) -> str:
        """What to do if a checkpoint cannot be written: "stop" raises OSError, "warn" warns and continues."""
        return self.getOrDefault(self.onCheckpointError)

    def getOnDivergence(self) -> str:
        """What to do if a loss, a gradient or a weight is no longer finite. "stop": warn, and return the model from
        before that chunk of updates. "rollback": resume from the last checkpoint with other random numbers, up to
        `maxRollbacks` times, then stop."""
        return self.getOrDefault(self.onDivergence)

    def getMaxRollbacks(self) -> int:
        """Rollbacks in one `fit` at most."""
        return self.getOrDefault(self.maxRollbacks)

    def getRandomFlip(self) -> bool:
        """Flip each real image horizontally with probability 0.5 each time it is drawn."""
        return self.getOrDefault(self.randomFlip)

    def getAugment(self) -> str:
        """How images, real and generated ones alike, change before the discriminator sees them (DiffAugment, Zhao et
        al. 2020, arXiv:2006.10738), for fewer than some 30,000 images. Each image is changed at random in each pass,
        and gradients go through the change. "color": brightness, saturation and contrast. "translation": a shift by up
        to an eighth of each side. "cutout": a zero rectangle of half the sides. They apply in the order given.
        Penalties are on the gradient by the image before the change. "" for none."""
        return self.getOrDefault(self.augment)

    def getEngine(self) -> str:
        """Native library that networks run on: "mkldnn" (MKL-DNN 0.19, from dllib) or "onednn" (oneDNN 3.2, from this
        package). They round differently. "auto" takes mkldnn, which is a little faster in float32, or what loads. A
        training takes one engine for all executors; checkpoints keep its name, and "auto" resumes on it."""
        return self.getOrDefault(self.engine)

    def getStorageLevel(self) -> str:
        """Where executors hold their images. "MEMORY_AND_DISK": on the heap, up to half of Spark's storage memory, and
        the rest in files in Spark's local folders. With spark.io.encryption.enabled=true nothing goes to files, and
        images that do not fit in memory are refused."""
        return self.getOrDefault(self.storageLevel)

    def getTruncation(self) -> float:
        """Redraw the components of a latent until |z| is at most this: less variety, better images. If unset, no
        truncation. Raises KeyError if unset."""
        return self.getOrDefault(self.truncation)
