# Written by `make generate` from params/gan_table.py: change that.
"""The constructor and the setters of `GANEstimator`."""

from typing import Any, Optional, Sequence, TypeVar, Union

from pyspark import keyword_only

from bigdl_gan.params.gan_params import GANParams
from bigdl_gan.params.keywords import set_given

_Self = TypeVar("_Self", bound="EstimatorSetters")


class EstimatorSetters(GANParams):
    @keyword_only
    def __init__(
        self,
        *,
        generator: Any = None,
        discriminator: Any = None,
        imageCol: str = "image",
        outputCol: str = "generated",
        idCol: str = "id",
        latentCol: Optional[str] = None,
        labelCol: Optional[str] = None,
        labelCols: Optional[Sequence[str]] = None,
        balanceClasses: bool = False,
        loss: str = "non_saturating",
        labelSmoothing: Union[float, Sequence[float]] = (0.0, 0.0),
        leCam: float = 0.0,
        r1: float = 0.0,
        r2: float = 0.0,
        gradientPenalty: float = 0.0,
        gradientPenaltyCenter: float = 1.0,
        penaltyInterval: int = 1,
        penaltyShare: float = 1.0,
        penaltySchedule: Any = None,
        updateRule: str = "alternating",
        nCritic: int = 1,
        batchSize: int = 32,
        microBatches: int = 1,
        maxIter: Optional[int] = None,
        maxEpochs: Optional[float] = None,
        seed: int = 0,
        generatorOptimizer: Any = None,
        discriminatorOptimizer: Any = None,
        generatorLearningRate: Optional[float] = None,
        discriminatorLearningRate: Optional[float] = None,
        generatorSchedule: Any = None,
        discriminatorSchedule: Any = None,
        clipNorm: Optional[float] = None,
        clipValue: Optional[float] = None,
        clipWeights: Optional[float] = None,
        emaHalfLife: float = 10000.0,
        generatorWeights: str = "average",
        initialModel: Any = None,
        initialMoments: bool = False,
        historyInterval: int = 1,
        callbacks: Any = None,
        checkpointDir: Optional[str] = None,
        checkpointInterval: int = 100,
        keepCheckpoints: int = 2,
        returnBest: Optional[str] = None,
        resume: str = "auto",
        maxRecoveries: int = 3,
        onCheckpointError: str = "stop",
        onDivergence: str = "stop",
        maxRollbacks: int = 3,
        randomFlip: bool = False,
        augment: str = "",
        engine: str = "auto",
        storageLevel: str = "MEMORY_AND_DISK",
        truncation: Optional[float] = None,
    ) -> None:
        """Sets the Params that are given.

        Args:
            generator: Maps latents, shape (latent,), to images, shape (C, H, W). C is 1 (grey) or 3 (red, green, blue).
                Ends in tanh: images are in [-1, 1].
            discriminator: Maps an image, shape (C, H, W), to one logit, shape (1,).
            imageCol: Column of Spark's image struct, uint8, with images of the networks' size.
            outputCol: Column for generated images.
            idCol: Column of integers. Together with `seed`, a row's id decides its latent.
            latentCol: Column of latents, as arrays or vectors. If unset, latents follow from `idCol`.
            labelCol: Column of the images' labels, integers or strings, each a class. It needs networks that take
                labels, as `dcgan.generator(28, 1, n_labels=10)`. The model keeps the classes' names; in `transform`,
                the column has the labels to generate for. If unset, images have no labels.
            labelCols: Columns of attributes, of which an image may have several: True or False, 1 or 0, 1 or -1. They
                take `labelCol`'s place, and the networks take a number for each column.
            balanceClasses: Draw images of each class of `labelCol` equally often, however many there are. An epoch is
                still as many draws as there are images.
            loss: Adversarial loss, one of `bigdl_gan.losses.LOSSES`.
            labelSmoothing: How far the discriminator's labels lie from 1 for real images and from 0 for generated ones.
                A single number is for real images only (one-sided; 0.1 is usual), a pair for both. The generator's loss
                keeps its label. Not 0 only with a loss that has labels: least_squares, minimax, non_saturating,
                relativistic_average.
            leCam: Weight of LeCam regularisation (Tseng et al. 2021, arXiv:2104.03310), for few images: to the
                discriminator's loss it adds leCam * (mean max(0, D(x) - a)^2 + mean max(0, b - D(G(z)))^2), where a and
                b are averages, with decay 0.99, of the logits of generated and of real images. 0 for none; 0.3 suits
                losses whose logits are small.
            r1: Weight of the penalty r1 / 2 x the mean, over real images, of the squared norm of the discriminator's
                gradient by the image, over all pixels and channels (Mescheder et al. 2018, arXiv:1801.04406). 0 for
                none.
            r2: The weight of the same penalty on generated images. 0 for none.
            gradientPenalty: Weight of the penalty gradientPenalty x the mean of (norm - `gradientPenaltyCenter`)^2,
                with the norm of the discriminator's gradient by an image, at random points on the lines between real
                and generated images (Gulrajani et al. 2017, arXiv:1704.00028). 0 for none; the paper has 10.
            gradientPenaltyCenter: The norm that `gradientPenalty` draws towards: 1 as in the paper, or 0.
            penaltyInterval: Discriminator updates from one with penalties to the next. They count as often in it
                (Karras et al. 2020, arXiv:1912.04958, section 3.1).
            penaltyShare: Share of a batch's images that penalties are on, at most 1: their means are over so many
                images of each kind on each executor, rounded up.
            penaltySchedule: Factor of `r1`, `r2` and `gradientPenalty` in each update, one of `bigdl_gan.schedules`. It
                counts the generator's updates. If unset, 1.
            updateRule: "alternating": `nCritic` updates of the discriminator, then one of the generator.
                "simultaneous": one pass gives the gradients of both networks; on faces, at equal images, its KID was
                1.3 to 1.9 times as large (docs/design.md).
            nCritic: Discriminator updates before each generator update. More than 1 needs updateRule="alternating".
            batchSize: Images per update over all executors. A multiple of the number of executors. At equal images,
                smaller batches gave better faces, because they are more updates (docs/design.md).
            microBatches: Equal parts in which each executor runs its images of an update, one after the other, for less
                native memory. Their gradients add up to the batch's, but batch norm takes each part's own statistics,
                and `penaltyShare` the first images of each part. An alternating update generates its last images twice.
                It must divide an executor's share of `batchSize`, and be 1 with loss="relativistic_average", `leCam` or
                layers that dllib runs.
            maxIter: Generator updates at most. Set this, `maxEpochs` or both.
            maxEpochs: Passes over the data at most, whole or not. Set this, `maxIter` or both.
            seed: Decides every random number.
            generatorOptimizer: Optimiser of the generator. If unset, Adam(learning_rate=2e-4, beta_1=0.5).
            discriminatorOptimizer: Optimiser of the discriminator. If unset, Adam(learning_rate=2e-4, beta_1=0.5).
            generatorLearningRate: Learning rate of the generator's optimiser. If unset, the optimiser's own. A
                `ParamGridBuilder` can search over it, and such a search can be saved.
            discriminatorLearningRate: Learning rate of the discriminator's optimiser. If unset, the optimiser's own.
            generatorSchedule: Factor of the generator's learning rate in each update, one of `bigdl_gan.schedules`. If
                unset, 1.
            discriminatorSchedule: Factor of the discriminator's learning rate. It counts the generator's updates, too.
                If unset, 1.
            clipNorm: Shorten each network's gradient, over all its weights and all executors, to this norm if it is
                longer, as Keras's `global_clipnorm` and PyTorch's `clip_grad_norm_`. If unset, no limit.
            clipValue: Move each component of the gradients into [-clipValue, clipValue], as Keras's `clipvalue`. If
                unset, no limit.
            clipWeights: Move each of the discriminator's weights into [-clipWeights, clipWeights] after its update, for
                loss="wasserstein" (Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1: 0.01). If unset, no limit.
            emaHalfLife: Half-life in images of the moving average of the generator's weights and running statistics,
                which the model uses (`generatorWeights`). At most 5 % of the images seen. 0: no average.
            generatorWeights: Which weights a model generates with. "average": their moving average, if the training
                kept one (see `emaHalfLife`). "raw": those of the last update. In training, callbacks see the same.
            initialModel: Model to continue from, on these or other images: its networks, or its weights if `generator`
                or `discriminator` is set too and has the same layers. The average continues without a ramp; updates,
                schedules and history begin anew. If unset, training begins with the networks' own weights.
            initialMoments: Continue also from the optimisers' moments of `initialModel`. They are in the last
                checkpoint of its training, which must still be there.
            historyInterval: Generator updates averaged into one row of `model.history`. The last row may average fewer.
            callbacks: Called after some updates each. If unset, a progress bar. Pass [] for no output.
            checkpointDir: Folder for this training's checkpoints, on any Hadoop path. No other training may use it. If
                unset, no checkpoints are written.
            checkpointInterval: Generator updates between checkpoints. The last update always writes one.
            keepCheckpoints: Newest checkpoints to keep.
            returnBest: Metric whose best generator `fit` returns, such as "kid", of those that a callback `Evaluate`
                measured; of two equal figures the earlier. Its history ends at that update, whose figure is in the last
                row. Kept in `checkpointDir`/best-<metric>, also for a resume; without `checkpointDir` in the driver's
                memory. If unset, the last generator.
            resume: "auto": resume from the newest checkpoint, if there is one; a finished training returns at once,
                without reading images. "never": refuse a folder with checkpoints. "must": refuse a folder without.
            maxRecoveries: Consecutive executor losses tolerated without a new checkpoint in between. Recovery needs
                `checkpointDir`.
            onCheckpointError: What to do if a checkpoint cannot be written: "stop" raises OSError, "warn" warns and
                continues.
            onDivergence: What to do if a loss, a gradient or a weight is no longer finite. "stop": warn, and return the
                model from before that chunk of updates. "rollback": resume from the last checkpoint with other random
                numbers, up to `maxRollbacks` times, then stop.
            maxRollbacks: Rollbacks in one `fit` at most.
            randomFlip: Flip each real image horizontally with probability 0.5 each time it is drawn.
            augment: How images, real and generated ones alike, change before the discriminator sees them (DiffAugment,
                Zhao et al. 2020, arXiv:2006.10738), for fewer than some 30,000 images. Each image is changed at random
                in each pass, and gradients go through the change. "color": brightness, saturation and contrast.
                "translation": a shift by up to an eighth of each side. "cutout": a zero rectangle of half the sides.
                They apply in the order given. Penalties are on the gradient by the image before the change. "" for
                none.
            engine: Native library that networks run on: "mkldnn" (MKL-DNN 0.19, from dllib) or "onednn" (oneDNN 3.2,
                from this package). They round differently. "auto" takes mkldnn, which is a little faster in float32, or
                what loads. A training takes one engine for all executors; checkpoints keep its name, and "auto" resumes
                on it.
            storageLevel: Where executors hold their images. "MEMORY_AND_DISK": on the heap, up to half of Spark's
                storage memory, and the rest in files in Spark's local folders. With spark.io.encryption.enabled=true
                nothing goes to files, and images that do not fit in memory are refused.
            truncation: Redraw the components of a latent until |z| is at most this: less variety, better images. If
                unset, no truncation.
        """
        super().__init__()
        set_given(self)

    @keyword_only
    def setParams(
        self: _Self,
        *,
        generator: Any = None,
        discriminator: Any = None,
        imageCol: str = "image",
        outputCol: str = "generated",
        idCol: str = "id",
        latentCol: Optional[str] = None,
        labelCol: Optional[str] = None,
        labelCols: Optional[Sequence[str]] = None,
        balanceClasses: bool = False,
        loss: str = "non_saturating",
        labelSmoothing: Union[float, Sequence[float]] = (0.0, 0.0),
        leCam: float = 0.0,
        r1: float = 0.0,
        r2: float = 0.0,
        gradientPenalty: float = 0.0,
        gradientPenaltyCenter: float = 1.0,
        penaltyInterval: int = 1,
        penaltyShare: float = 1.0,
        penaltySchedule: Any = None,
        updateRule: str = "alternating",
        nCritic: int = 1,
        batchSize: int = 32,
        microBatches: int = 1,
        maxIter: Optional[int] = None,
        maxEpochs: Optional[float] = None,
        seed: int = 0,
        generatorOptimizer: Any = None,
        discriminatorOptimizer: Any = None,
        generatorLearningRate: Optional[float] = None,
        discriminatorLearningRate: Optional[float] = None,
        generatorSchedule: Any = None,
        discriminatorSchedule: Any = None,
        clipNorm: Optional[float] = None,
        clipValue: Optional[float] = None,
        clipWeights: Optional[float] = None,
        emaHalfLife: float = 10000.0,
        generatorWeights: str = "average",
        initialModel: Any = None,
        initialMoments: bool = False,
        historyInterval: int = 1,
        callbacks: Any = None,
        checkpointDir: Optional[str] = None,
        checkpointInterval: int = 100,
        keepCheckpoints: int = 2,
        returnBest: Optional[str] = None,
        resume: str = "auto",
        maxRecoveries: int = 3,
        onCheckpointError: str = "stop",
        onDivergence: str = "stop",
        maxRollbacks: int = 3,
        randomFlip: bool = False,
        augment: str = "",
        engine: str = "auto",
        storageLevel: str = "MEMORY_AND_DISK",
        truncation: Optional[float] = None,
    ) -> _Self:
        """Sets the Params that are given; the others keep their values."""
        return set_given(self)

    def setGenerator(self: _Self, value: Any) -> _Self:
        """Maps latents, shape (latent,), to images, shape (C, H, W). C is 1 (grey) or 3 (red, green, blue). Ends in
        tanh: images are in [-1, 1]."""
        return self._set(generator=value)

    def setDiscriminator(self: _Self, value: Any) -> _Self:
        """Maps an image, shape (C, H, W), to one logit, shape (1,)."""
        return self._set(discriminator=value)

    def setImageCol(self: _Self, value: str) -> _Self:
        """Column of Spark's image struct, uint8, with images of the networks' size."""
        return self._set(imageCol=value)

    def setOutputCol(self: _Self, value: str) -> _Self:
        """Column for generated images."""
        return self._set(outputCol=value)

    def setIdCol(self: _Self, value: str) -> _Self:
        """Column of integers. Together with `seed`, a row's id decides its latent."""
        return self._set(idCol=value)

    def setLatentCol(self: _Self, value: str) -> _Self:
        """Column of latents, as arrays or vectors. If unset, latents follow from `idCol`."""
        return self._set(latentCol=value)

    def setLabelCol(self: _Self, value: str) -> _Self:
        """Column of the images' labels, integers or strings, each a class. It needs networks that take labels, as
        `dcgan.generator(28, 1, n_labels=10)`. The model keeps the classes' names; in `transform`, the column has the
        labels to generate for. If unset, images have no labels."""
        return self._set(labelCol=value)

    def setLabelCols(self: _Self, value: Sequence[str]) -> _Self:
        """Columns of attributes, of which an image may have several: True or False, 1 or 0, 1 or -1. They take
        `labelCol`'s place, and the networks take a number for each column."""
        return self._set(labelCols=value)

    def setBalanceClasses(self: _Self, value: bool) -> _Self:
        """Draw images of each class of `labelCol` equally often, however many there are. An epoch is still as many
        draws as there are images."""
        return self._set(balanceClasses=value)

    def setLoss(self: _Self, value: str) -> _Self:
        """Adversarial loss, one of `bigdl_gan.losses.LOSSES`."""
        return self._set(loss=value)

    def setLabelSmoothing(self: _Self, value: Union[float, Sequence[float]]) -> _Self:
        """How far the discriminator's labels lie from 1 for real images and from 0 for generated ones. A single number
        is for real images only (one-sided; 0.1 is usual), a pair for both. The generator's loss keeps its label. Not 0
        only with a loss that has labels: least_squares, minimax, non_saturating, relativistic_average."""
        return self._set(labelSmoothing=value)

    def setLeCam(self: _Self, value: float) -> _Self:
        """Weight of LeCam regularisation (Tseng et al. 2021, arXiv:2104.03310), for few images: to the discriminator's
        loss it adds leCam * (mean max(0, D(x) - a)^2 + mean max(0, b - D(G(z)))^2), where a and b are averages, with
        decay 0.99, of the logits of generated and of real images. 0 for none; 0.3 suits losses whose logits are
        small."""
        return self._set(leCam=value)

    def setR1(self: _Self, value: float) -> _Self:
        """Weight of the penalty r1 / 2 x the mean, over real images, of the squared norm of the discriminator's
        gradient by the image, over all pixels and channels (Mescheder et al. 2018, arXiv:1801.04406). 0 for none."""
        return self._set(r1=value)

    def setR2(self: _Self, value: float) -> _Self:
        """The weight of the same penalty on generated images. 0 for none."""
        return self._set(r2=value)

    def setGradientPenalty(self: _Self, value: float) -> _Self:
        """Weight of the penalty gradientPenalty x the mean of (norm - `gradientPenaltyCenter`)^2, with the norm of the
        discriminator's gradient by an image, at random points on the lines between real and generated images (Gulrajani
        et al. 2017, arXiv:1704.00028). 0 for none; the paper has 10."""
        return self._set(gradientPenalty=value)

    def setGradientPenaltyCenter(self: _Self, value: float) -> _Self:
        """The norm that `gradientPenalty` draws towards: 1 as in the paper, or 0."""
        return self._set(gradientPenaltyCenter=value)

    def setPenaltyInterval(self: _Self, value: int) -> _Self:
        """Discriminator updates from one with penalties to the next. They count as often in it (Karras et al. 2020,
        arXiv:1912.04958, section 3.1)."""
        return self._set(penaltyInterval=value)

    def setPenaltyShare(self: _Self, value: float) -> _Self:
        """Share of a batch's images that penalties are on, at most 1: their means are over so many images of each kind
        on each executor, rounded up."""
        return self._set(penaltyShare=value)

    def setPenaltySchedule(self: _Self, value: Any) -> _Self:
        """Factor of `r1`, `r2` and `gradientPenalty` in each update, one of `bigdl_gan.schedules`. It counts the
        generator's updates. If unset, 1."""
        return self._set(penaltySchedule=value)

    def setUpdateRule(self: _Self, value: str) -> _Self:
        """"alternating": `nCritic` updates of the discriminator, then one of the generator. "simultaneous": one pass
        gives the gradients of both networks; on faces, at equal images, its KID was 1.3 to 1.9 times as large
        (docs/design.md)."""
        return self._set(updateRule=value)

    def setNCritic(self: _Self, value: int) -> _Self:
        """Discriminator updates before each generator update. More than 1 needs updateRule="alternating"."""
        return self._set(nCritic=value)

    def setBatchSize(self: _Self, value: int) -> _Self:
        """Images per update over all executors. A multiple of the number of executors. At equal images, smaller batches
        gave better faces, because they are more updates (docs/design.md)."""
        return self._set(batchSize=value)

    def setMicroBatches(self: _Self, value: int) -> _Self:
        """Equal parts in which each executor runs its images of an update, one after the other, for less native memory.
        Their gradients add up to the batch's, but batch norm takes each part's own statistics, and `penaltyShare` the
        first images of each part. An alternating update generates its last images twice. It must divide an executor's
        share of `batchSize`, and be 1 with loss="relativistic_average", `leCam` or layers that dllib runs."""
        return self._set(microBatches=value)

    def setMaxIter(self: _Self, value: int) -> _Self:
        """Generator updates at most. Set this, `maxEpochs` or both."""
        return self._set(maxIter=value)

    def setMaxEpochs(self: _Self, value: float) -> _Self:
        """Passes over the data at most, whole or not. Set this, `maxIter` or both."""
        return self._set(maxEpochs=value)

    def setSeed(self: _Self, value: int) -> _Self:
        """Decides every random number."""
        return self._set(seed=value)

    def setGeneratorOptimizer(self: _Self, value: Any) -> _Self:
        """Optimiser of the generator. If unset, Adam(learning_rate=2e-4, beta_1=0.5)."""
        return self._set(generatorOptimizer=value)

    def setDiscriminatorOptimizer(self: _Self, value: Any) -> _Self:
        """Optimiser of the discriminator. If unset, Adam(learning_rate=2e-4, beta_1=0.5)."""
        return self._set(discriminatorOptimizer=value)

    def setGeneratorLearningRate(self: _Self, value: float) -> _Self:
        """Learning rate of the generator's optimiser. If unset, the optimiser's own. A `ParamGridBuilder` can search
        over it, and such a search can be saved."""
        return self._set(generatorLearningRate=value)

    def setDiscriminatorLearningRate(self: _Self, value: float) -> _Self:
        """Learning rate of the discriminator's optimiser. If unset, the optimiser's own."""
        return self._set(discriminatorLearningRate=value)

    def setGeneratorSchedule(self: _Self, value: Any) -> _Self:
        """Factor of the generator's learning rate in each update, one of `bigdl_gan.schedules`. If unset, 1."""
        return self._set(generatorSchedule=value)

    def setDiscriminatorSchedule(self: _Self, value: Any) -> _Self:
        """Factor of the discriminator's learning rate. It counts the generator's updates, too. If unset, 1."""
        return self._set(discriminatorSchedule=value)

    def setClipNorm(self: _Self, value: float) -> _Self:
        """Shorten each network's gradient, over all its weights and all executors, to this norm if it is longer, as
        Keras's `global_clipnorm` and PyTorch's `clip_grad_norm_`. If unset, no limit."""
        return self._set(clipNorm=value)

    def setClipValue(self: _Self, value: float) -> _Self:
        """Move each component of the gradients into [-clipValue, clipValue], as Keras's `clipvalue`. If unset, no
        limit."""
        return self._set(clipValue=value)

    def setClipWeights(self: _Self, value: float) -> _Self:
        """Move each of the discriminator's weights into [-clipWeights, clipWeights] after its update, for
        loss="wasserstein" (Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1: 0.01). If unset, no limit."""
        return self._set(clipWeights=value)

    def setEmaHalfLife(self: _Self, value: float) -> _Self:
        """Half-life in images of the moving average of the generator's weights and running statistics, which the model
        uses (`generatorWeights`). At most 5 % of the images seen. 0: no average."""
        return self._set(emaHalfLife=value)

    def setGeneratorWeights(self: _Self, value: str) -> _Self:
        """Which weights a model generates with. "average": their moving average, if the training kept one (see
        `emaHalfLife`). "raw": those of the last update. In training, callbacks see the same."""
        return self._set(generatorWeights=value)

    def setInitialModel(self: _Self, value: Any) -> _Self:
        """Model to continue from, on these or other images: its networks, or its weights if `generator` or
        `discriminator` is set too and has the same layers. The average continues without a ramp; updates, schedules and
        history begin anew. If unset, training begins with the networks' own weights."""
        return self._set(initialModel=value)

    def setInitialMoments(self: _Self, value: bool) -> _Self:
        """Continue also from the optimisers' moments of `initialModel`. They are in the last checkpoint of its
        training, which must still be there."""
        return self._set(initialMoments=value)

    def setHistoryInterval(self: _Self, value: int) -> _Self:
        """Generator updates averaged into one row of `model.history`. The last row may average fewer."""
        return self._set(historyInterval=value)

    def setCallbacks(self: _Self, value: Any) -> _Self:
        """Called after some updates each. If unset, a progress bar. Pass [] for no output."""
        return self._set(callbacks=value)

    def setCheckpointDir(self: _Self, value: str) -> _Self:
        """Folder for this training's checkpoints, on any Hadoop path. No other training may use it. If unset, no
        checkpoints are written."""
        return self._set(checkpointDir=value)

    def setCheckpointInterval(self: _Self, value: int) -> _Self:
        """Generator updates between checkpoints. The last update always writes one."""
        return self._set(checkpointInterval=value)

    def setKeepCheckpoints(self: _Self, value: int) -> _Self:
        """Newest checkpoints to keep."""
        return self._set(keepCheckpoints=value)

    def setReturnBest(self: _Self, value: str) -> _Self:
        """Metric whose best generator `fit` returns, such as "kid", of those that a callback `Evaluate` measured; of
        two equal figures the earlier. Its history ends at that update, whose figure is in the last row. Kept in
        `checkpointDir`/best-<metric>, also for a resume; without `checkpointDir` in the driver's memory. If unset, the
        last generator."""
        return self._set(returnBest=value)

    def setResume(self: _Self, value: str) -> _Self:
        """"auto": resume from the newest checkpoint, if there is one; a finished training returns at once, without
        reading images. "never": refuse a folder with checkpoints. "must": refuse a folder without."""
        return self._set(resume=value)

    def setMaxRecoveries(self: _Self, value: int) -> _Self:
        """Consecutive executor losses tolerated without a new checkpoint in between. Recovery needs `checkpointDir`."""
        return self._set(maxRecoveries=value)

    def setOnCheckpointError(self: _Self, value: str) -> _Self:
        """What to do if a checkpoint cannot be written: "stop" raises OSError, "warn" warns and continues."""
        return self._set(onCheckpointError=value)

    def setOnDivergence(self: _Self, value: str) -> _Self:
        """What to do if a loss, a gradient or a weight is no longer finite. "stop": warn, and return the model from
        before that chunk of updates. "rollback": resume from the last checkpoint with other random numbers, up to
        `maxRollbacks` times, then stop."""
        return self._set(onDivergence=value)

    def setMaxRollbacks(self: _Self, value: int) -> _Self:
        """Rollbacks in one `fit` at most."""
        return self._set(maxRollbacks=value)

    def setRandomFlip(self: _Self, value: bool) -> _Self:
        """Flip each real image horizontally with probability 0.5 each time it is drawn."""
        return self._set(randomFlip=value)

    def setAugment(self: _Self, value: str) -> _Self:
        """How images, real and generated ones alike, change before the discriminator sees them (DiffAugment, Zhao et
        al. 2020, arXiv:2006.10738), for fewer than some 30,000 images. Each image is changed at random in each pass,
        and gradients go through the change. "color": brightness, saturation and contrast. "translation": a shift by up
        to an eighth of each side. "cutout": a zero rectangle of half the sides. They apply in the order given.
        Penalties are on the gradient by the image before the change. "" for none."""
        return self._set(augment=value)

    def setEngine(self: _Self, value: str) -> _Self:
        """Native library that networks run on: "mkldnn" (MKL-DNN 0.19, from dllib) or "onednn" (oneDNN 3.2, from this
        package). They round differently. "auto" takes mkldnn, which is a little faster in float32, or what loads. A
        training takes one engine for all executors; checkpoints keep its name, and "auto" resumes on it."""
        return self._set(engine=value)

    def setStorageLevel(self: _Self, value: str) -> _Self:
        """Where executors hold their images. "MEMORY_AND_DISK": on the heap, up to half of Spark's storage memory, and
        the rest in files in Spark's local folders. With spark.io.encryption.enabled=true nothing goes to files, and
        images that do not fit in memory are refused."""
        return self._set(storageLevel=value)

    def setTruncation(self: _Self, value: float) -> _Self:
        """Redraw the components of a latent until |z| is at most this: less variety, better images. If unset, no
        truncation."""
        return self._set(truncation=value)
