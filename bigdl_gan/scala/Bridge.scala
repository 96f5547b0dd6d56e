package com.intel.analytics.bigdl.dllib.gan

import java.util.{List => JavaList}

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.classification.{ClassifierPlan, ClassifierTraining}
import com.intel.analytics.bigdl.dllib.gan.cluster.{OnExecutors, ReplicaLost, RingSettings}
import com.intel.analytics.bigdl.dllib.gan.data.{FileBytes, ImageTable, LabelCode, PictureEncoder, PictureFiles}
import com.intel.analytics.bigdl.dllib.gan.diagnosis.{PeakRate, Preflight}
import com.intel.analytics.bigdl.dllib.gan.generation.{Generation, LabelSource, Reconstruction}
import com.intel.analytics.bigdl.dllib.gan.layers.CoreModule
import com.intel.analytics.bigdl.dllib.gan.model.{Lowering, NetworkBroadcasts, NetworkFile}
import com.intel.analytics.bigdl.dllib.gan.native.NativeMemory
import com.intel.analytics.bigdl.dllib.gan.scoring.ImageScoring
import com.intel.analytics.bigdl.dllib.gan.training.{Average, GANTrainer, HeldShares, ReplicaTasks}
import com.intel.analytics.bigdl.dllib.gan.training.{Replicas, StateFiles, TrainingConfig, TrainingState}
import com.intel.analytics.bigdl.dllib.keras.models.KerasNet
import com.intel.analytics.bigdl.dllib.optim.OptimMethod
import com.intel.analytics.bigdl.serialization.Bigdl.BigDLModule
import org.apache.spark.bigdl.api.python.BigDLSerDe
import org.apache.spark.bigdl_gan.ExecutorList
import org.apache.spark.sql.types.DataType
import org.apache.spark.sql.{Column, DataFrame, SparkSession}
import org.apache.spark.storage.StorageLevel
import org.json4s.JsonDSL._
import org.json4s.jackson.JsonMethods.{compact, render}

/** The methods that Python calls, each named after its caller there, in camelCase. */
object Bridge extends ProbeMethods with NetworkMethods {
  /** Makes dllib register its types now, and hides the lines that it prints meanwhile. */
  def initialize(): Unit = synchronized {
    if (!initialized) {
      val nowhere = new java.io.PrintStream(new java.io.ByteArrayOutputStream())
      Console.withOut(nowhere)(BigDLSerDe.initialize())
      initialized = true
    }
  }

  private var initialized = false

  /** A layer that dllib lacks, for dllib's models; `description` is JSON: see `CoreLayer.of`. */
  def coreModule(description: String): Module[Float] = CoreModule(description)

  /** Whether an optimiser holds state from an earlier training. */
  def isUsed(method: OptimMethod[Float]): Boolean =
    method.state.keySet.exists(key => key != "epoch" && key != "neval")

  /** JSON of the live executors that Spark schedules tasks on: their ids, hosts and cores. */
  def listExecutors(spark: SparkSession): String =
    compact(render(ExecutorList.of(spark.sparkContext).toList.map(e =>
      ("id" -> e.id) ~ ("host" -> e.host) ~ ("cores" -> e.cores))))

  /** JSON of the live executors that Spark schedules no tasks on: their ids, hosts and reasons. */
  def refusedExecutors(spark: SparkSession): String =
    compact(render(ExecutorList.refused(spark.sparkContext).toList.map { case (e, reason) =>
      ("id" -> e.id) ~ ("host" -> e.host) ~ ("reason" -> reason)
    }))

  /** A warning about the network settings of a training, or ""; throws if they are invalid. */
  def networkWarning(spark: SparkSession): String = {
    val conf = spark.sparkContext.getConf
    RingSettings.of(conf)
    RingSettings.warning(conf)
  }

  /** JSON of the driver's core and of a report from each live executor; one job, a task on each. */
  def probeExecutors(spark: SparkSession): String = {
    val sc = spark.sparkContext
    val reports = Preflight.reports(sc, ExecutorList.of(sc).toArray).toList
    val driver = Preflight.here()
    compact(render(("core" -> driver.core) ~ ("java" -> driver.java) ~ ("heap" -> driver.heap) ~
      ("executors" -> reports.map(r => ("id" -> r.id) ~ ("host" -> r.host) ~
        ("architecture" -> r.architecture) ~ ("java" -> r.java) ~ ("core" -> r.core) ~
        ("engines" -> r.engines.map { case (name, problem) => ("name" -> name) ~ ("problem" -> problem) }) ~
        ("heap" -> r.heap) ~ ("storage" -> r.storage) ~ ("machine" -> r.machine)))))
  }

  /** Reads the files that a column of paths names, into a column of (content, problem). */
  def readFiles(spark: SparkSession, paths: Column): Column = FileBytes.column(spark, paths)

  /**
   * @param frame  an image struct and, if there are labels, an Int, the class, or an array of Int
   * @param labels numbers in a label vector; 0 if there are no labels
   */
  def openTable(frame: DataFrame, storageLevel: String, labels: Int, isOneHot: Boolean): ImageTable =
    new ImageTable(frame, StorageLevel.fromString(storageLevel), LabelCode(labels, isOneHot))

  /** JSON that describes a table: hash, null images, one image with too few bytes, and kinds. */
  def describeTable(table: ImageTable): String = {
    val census = table.census
    compact(render(("hash" -> java.lang.Long.toUnsignedString(census.hash)) ~ ("nulls" -> census.nulls) ~ ("short" -> census.short.getOrElse("")) ~
      ("kinds" -> census.kinds.toList.sortBy(-_._2._1).map { case (kind, (count, origin)) =>
        ("height" -> kind.height) ~ ("width" -> kind.width) ~ ("channels" -> kind.channels) ~
          ("mode" -> kind.mode) ~ ("count" -> count) ~ ("origin" -> origin)
      })))
  }

  /** @param plan the training's plan, JSON: see `TrainingConfig.of` */
  def startTraining(spark: SparkSession, table: ImageTable, generator: Module[Float], discriminator: Module[Float],
    plan: String, replicas: Int, state: TrainingState): GANTrainer = {
    val sc = spark.sparkContext
    val live = ExecutorList.of(sc)
    if (live.length < replicas) {
      throw new ReplicaLost(s"Only ${live.length} of $replicas executors are alive.")
    }
    val config = TrainingConfig.of(plan, replicas, Lowering.lower(generator, "generator").spec,
      Lowering.lower(discriminator, "discriminator").spec)
    new GANTrainer(table, sc, config, GANTrainer.ranked(live, replicas, table.holders), state,
      RingSettings.of(sc.getConf))
  }

  /** Ends the training that uses a table, and releases the images. */
  def endTraining(spark: SparkSession, table: ImageTable): Unit =
    GANTrainer.end(spark.sparkContext, table)

  /** A training's state before its first update. */
  def initialState(generator: Module[Float], discriminator: Module[Float]): TrainingState =
    TrainingState.initial(Lowering.lower(generator, "generator"),
      Lowering.lower(discriminator, "discriminator"))

  /** Copies a state's weights and running statistics into the Keras models. */
  def storeState(state: TrainingState, generator: Module[Float], discriminator: Module[Float]): Unit =
    TrainingState.store(state, Lowering.lower(generator, "generator"),
      Lowering.lower(discriminator, "discriminator"))

  def hasAverage(state: TrainingState): Boolean = state.average("generator").isDefined

  /** Copies a state's generator into its Keras model; its average, if there is one and it is wanted. */
  def storeGenerator(state: TrainingState, generator: Module[Float], averaged: Boolean): Unit =
    state.average("generator").filter(_ => averaged)
      .orElse(Some(Average(state.weights("generator"), state.statistics("generator"))))
      .foreach(found => Lowering.lower(generator, "generator").store(found.weights, found.statistics))

  /** A state whose generator has an average, which a Keras model holds. */
  def withAverage(state: TrainingState, generator: Module[Float]): TrainingState =
    state.withAverage("generator", Lowering.lower(generator, "generator"))

  /** A state with the moments of another one, which must have the same weights. */
  def withMoments(state: TrainingState, other: TrainingState): TrainingState = state.withMoments(other)

  /** Copies weights and running statistics between models of the same layers. */
  def copyNetwork(from: Module[Float], to: Module[Float]): Unit = {
    val source = Lowering.lower(from, "network")
    Lowering.lower(to, "network").store(source.weights, source.state)
  }

  /** SHA-256 of a model's weights and running statistics. */
  def digestNetwork(model: Module[Float]): String = Lowering.lower(model, "network").sha256

  /** Writes a state as files in a folder; returns JSON that describes them. */
  def writeState(spark: SparkSession, folder: String, state: TrainingState): String =
    stateFiles(spark, folder).write(state)

  /** @param description what `writeState` returned */
  def readState(spark: SparkSession, folder: String, description: String, generator: Module[Float],
    discriminator: Module[Float]): TrainingState =
    stateFiles(spark, folder).read(description, Lowering.lower(generator, "generator").spec,
      Lowering.lower(discriminator, "discriminator").spec)

  /** What is wrong with the files that a JSON object lists; empty if nothing is. */
  def checkFiles(spark: SparkSession, folder: String, files: String): String =
    stateFiles(spark, folder).problem(files)

  private def stateFiles(spark: SparkSession, folder: String): StateFiles =
    new StateFiles(folder, spark.sessionState.newHadoopConf())

  /** The message that a model's file holds. */
  def networkMessage(model: Module[Float]): BigDLModule =
    NetworkFile.message(model)

  def writeNetwork(spark: SparkSession, file: String, message: BigDLModule): Unit =
    NetworkFile.write(message, file, spark.sessionState.newHadoopConf())

  def compressNetwork(message: BigDLModule): Array[Byte] = NetworkFile.compressed(message)

  /** @param most the largest size that is read, in bytes, once uncompressed */
  def readNetwork(spark: SparkSession, file: String, most: Long): KerasNet[Float] =
    NetworkFile.read(file, most, spark.sessionState.newHadoopConf())

  /** Sets all weights and running statistics to zero, so that only the structure is left. */
  def clearNetwork(model: Module[Float]): Unit = {
    val lowered = Lowering.lower(model, "network")
    lowered.store(new Array[Float](lowered.spec.weightCount),
      new Array[Float](lowered.spec.stateCount))
  }

  def statisticNames(): JavaList[String] = java.util.Arrays.asList(GANTrainer.StatisticNames: _*)

  /**
   * @param imageType   JSON of the image struct's type
   * @param truncation  0 for none
   * @param labels      JSON: see `LabelSource.of`
   * @param labelColumn the name of a column for label vectors, or ""
   */
  def generateImages(frame: DataFrame, generator: Module[Float], imageType: String, outputColumn: String,
    idColumn: String, latentColumn: String, seed: Long, truncation: Double, labels: String,
    labelColumn: String, origin: String, batchSize: Int, engine: String): DataFrame = {
    val lowered = Lowering.lower(generator, "generator")
    if (labels.isEmpty && lowered.spec.labelCount > 0) {
      throw new IllegalArgumentException("A model whose generator takes labels must know them. Received: one " +
        "without `labels`. Use a fitted or loaded model.")
    }
    val names = frame.columns
    val largest = if (truncation == 0) Float.PositiveInfinity else truncation.toFloat
    new Generation(NetworkBroadcasts.of(generator, lowered, frame.sparkSession.sparkContext),
      lowered.spec.outputShape, lowered.spec.inputShape.product, batchSize,
      Generation.Drawing(seed, largest), LabelSource.of(labels, names, lowered.spec.labelCount, seed), origin, engine)(
      frame, DataType.fromJson(imageType), outputColumn, names.indexOf(idColumn), names.indexOf(latentColumn), labelColumn)
  }

  /**
   * Writes images as files. Returns JSON: how many files are new and how many were there before, or
   * the kind and the message of a refusal.
   *
   * @param frame `name`: string; `image`: an image struct
   */
  def writePictures(frame: DataFrame, folder: String, format: String, extension: String,
    quality: Double, mode: String): String = {
    val encoder = new PictureEncoder(format, quality.toFloat)
    val result = new PictureFiles(folder, extension, encoder, mode).write(frame)
    compact(render(("new" -> result.fresh) ~ ("already" -> result.there) ~
      ("kind" -> result.refusal.map(_.kind)) ~ ("message" -> result.refusal.map(_.message))))
  }

  def reconstructImages(frame: DataFrame, generator: Module[Float], imageColumn: String,
    latentColumn: String, distanceColumn: String, labels: String, steps: Int, learningRate: Double,
    batchSize: Int, engine: String): DataFrame = {
    val lowered = Lowering.lower(generator, "generator")
    new Reconstruction(NetworkBroadcasts.of(generator, lowered, frame.sparkSession.sparkContext),
      lowered.spec.outputShape, lowered.spec.inputShape.product, batchSize, steps, learningRate,
      LabelSource.of(labels, frame.columns, lowered.spec.labelCount, 0), engine)(
      frame, frame.columns.indexOf(imageColumn), latentColumn, distanceColumn)
  }

  /**
   * Adds columns of arrays of floats: a network's output for each image and, if `hidden` is not empty,
   * what its last layer takes. See `ImageScoring`.
   *
   * @param labelColumn label vectors, or "" if the network takes none
   */
  def scoreImages(frame: DataFrame, model: Module[Float], role: String, imageColumn: String,
    labelColumn: String, hidden: String, output: String, softmax: Boolean, batchSize: Int, engine: String): DataFrame = {
    val lowered = Lowering.lower(model, role)
    val sent = NetworkBroadcasts.of(model, lowered, frame.sparkSession.sparkContext)
    new ImageScoring(sent, role, batchSize, engine)(frame, frame.columns.indexOf(imageColumn),
      frame.columns.indexOf(labelColumn), hidden, output, softmax)
  }

  /**
   * Trains a network that ends in logits, in place. Returns JSON: the mean loss of each epoch.
   *
   * @param frame the image struct, and its class from 0 on
   */
  def trainClassifier(frame: DataFrame, model: Module[Float], epochs: Int, batchSize: Int,
    learningRate: Double, seed: Long): String = {
    val lowered = Lowering.lower(model, "classifier")
    val result = ClassifierTraining.run(frame, lowered.trained,
      ClassifierPlan(epochs, batchSize, learningRate, seed))
    lowered.store(result.network.weights, result.network.state)
    compact(render(result.losses.toList))
  }

  /** How many networks have been sent to the executors so far. */
  def broadcasts(): Long = NetworkBroadcasts.count

  /** What this JVM holds: native bytes, and the number of replicas and shares of images. */
  def resourceUse(): Array[Long] =
    Array(NativeMemory.allocated, (Replicas.count + HeldShares.count).toLong)

  /** JSON of what trainings hold in each executor: how many replicas and shares of images. */
  def executorUse(spark: SparkSession): String = {
    val executors = ExecutorList.of(spark.sparkContext).toArray
    val counts = new OnExecutors(spark.sparkContext, executors).run(new ReplicaTasks.Count)
    compact(render(executors.zip(counts).toList.map { case (executor, (replicas, shares)) =>
      ("id" -> executor.id) ~ ("replicas" -> replicas) ~ ("shares" -> shares)
    }))
  }

  /** Single-precision operations per second that the engine reaches on the cores of all executors. */
  def probePeak(spark: SparkSession): Double =
    PeakRate.measureAll(spark.sparkContext, ExecutorList.of(spark.sparkContext).toArray)
}
