package com.intel.analytics.bigdl.dllib.gan.training

import java.io.IOException
import java.nio.{ByteBuffer, ByteOrder}
import java.security.MessageDigest

import com.intel.analytics.bigdl.dllib.gan.network.NetworkSpec
import com.intel.analytics.bigdl.dllib.gan.training.loss.LeCam
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.Path
import org.json4s.JsonAST.{JInt, JObject, JString, JValue}
import org.json4s.JsonDSL._
import org.json4s.jackson.JsonMethods.{compact, parse, render}

/**
 * A training's state as files in one folder: each vector is a file of little-endian float32. The
 * caller keeps a JSON description with the numbers and each file's size and SHA-256.
 */
private[gan] final class StateFiles(folder: String, configuration: Configuration) {
  private val root = new Path(folder)
  private val system = root.getFileSystem(configuration)

  /** Writes new files; returns JSON with iteration, counters and files. */
  def write(state: TrainingState): String = {
    val files = state.vectors.toSeq.sortBy(_._1).map { case (name, values) =>
      s"$name.f32" -> writeFile(s"$name.f32", values)
    }
    val counters = TrainingState.Roles.map(role => role -> (state.optimizer(role).counters: JValue))
    compact(render(("iteration" -> state.iteration) ~ ("counters" -> JObject(counters.toList)) ~
      ("files" -> JObject(files.toList))))
  }

  private def writeFile(name: String, values: Array[Float]): JValue = {
    val digest = MessageDigest.getInstance("SHA-256")
    val out = system.create(new Path(root, name), false)
    try StateFiles.blocks(values).foreach { bytes =>
      digest.update(bytes)
      out.write(bytes)
    } finally out.close()
    ("bytes" -> 4L * values.length) ~ ("sha256" -> StateFiles.hex(digest))
  }

  /**
   * Reads the state that `write` described.
   *
   * @throws IllegalArgumentException if it does not fit the networks
   */
  def read(description: String, generator: NetworkSpec, discriminator: NetworkSpec)
  : TrainingState = {
    val json = parse(description)
    val names = json \ "files" match {
      case JObject(fields) => fields.map(_._1)
      case _ => Nil
    }
    val JInt(iteration) = json \ "iteration"
    val roles = TrainingState.Roles.zip(Seq(generator, discriminator))
    TrainingState(iteration.toInt, roles.flatMap { case (role, _) => counters(json, role) }.toMap,
      roles.flatMap { case (role, spec) => vectors(names, role, spec) }.toMap ++ logitAverages(names))
  }

  private def counters(json: JValue, role: String): Seq[(String, Int)] =
    json \ "counters" \ role match {
      case JObject(fields) =>
        fields.collect { case (name, JInt(n)) => s"$role.optimizer.$name" -> n.toInt }
      case _ => Nil
    }

  private def vectors(names: Seq[String], role: String, spec: NetworkSpec)
  : Seq[(String, Array[Float])] = {
    val moment = (java.util.regex.Pattern.quote(s"$role.optimizer.") + "\\w+").r
    val moments = names.map(_.stripSuffix(".f32")).filter(moment.pattern.matcher(_).matches)
    val sizes = Seq(s"$role.weights" -> spec.weightCount, s"$role.statistics" -> spec.stateCount) ++
      moments.map(_ -> spec.weightCount) ++
      Seq(s"$role.average" -> spec.weightCount, s"$role.averageStatistics" -> spec.stateCount)
        .filter { case (name, _) => names.contains(s"$name.f32") }
    sizes.map { case (name, count) => name -> vector(name, count) }
  }

  private def logitAverages(names: Seq[String]): Option[(String, Array[Float])] =
    Some(TrainingState.LogitAverages).filter(name => names.contains(s"$name.f32"))
      .map(name => name -> vector(name, LeCam.StateLength))

  private def vector(name: String, count: Int): Array[Float] = {
    val path = new Path(root, s"$name.f32")
    val length = system.getFileStatus(path).getLen
    if (length != 4L * count) {
      throw new IllegalArgumentException(
        s"$path must hold $count values of float32. Received: $length bytes.")
    }
    val values = new Array[Float](count)
    val in = system.open(path)
    try StateFiles.ranges(count).foreach { case (from, size) =>
      val bytes = new Array[Byte](4 * size)
      in.readFully(bytes)
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values, from, size)
    } finally in.close()
    values
  }

  /**
   * What is wrong with the files; empty if nothing is.
   *
   * @param files JSON: name -> bytes and sha256
   */
  def problem(files: String): String = {
    val JObject(fields) = parse(files)
    fields.iterator.map { case (name, file) => problem(name, file) }
      .collectFirst { case Some(found) => found }.getOrElse("")
  }

  private def problem(name: String, file: JValue): Option[String] =
    (file \ "bytes", file \ "sha256") match {
      case (JInt(bytes), JString(expected)) => problem(name, bytes, expected)
      case _ => Some(s"the size and SHA-256 of $name are not recorded")
    }

  private def problem(name: String, bytes: BigInt, sha256: String): Option[String] = {
    val path = new Path(root, name)
    try {
      val length = system.getFileStatus(path).getLen
      if (bytes != length) Some(s"$name has $length of $bytes bytes")
      else if (digest(path) != sha256) Some(s"$name does not have the recorded SHA-256")
      else None
    } catch { case failure: IOException => Some(s"$name cannot be read: ${failure.getMessage}") }
  }

  private def digest(path: Path): String = {
    val sum = MessageDigest.getInstance("SHA-256")
    val buffer = new Array[Byte](StateFiles.BlockBytes)
    val in = system.open(path)
    try Iterator.continually(in.read(buffer)).takeWhile(_ >= 0).foreach(sum.update(buffer, 0, _))
    finally in.close()
    StateFiles.hex(sum)
  }
}

private[gan] object StateFiles {
  private val BlockBytes = 1 << 20

  /** The first index and the number of values of each block. */
  private def ranges(count: Int): Iterator[(Int, Int)] =
    Iterator.range(0, count, BlockBytes / 4).map(i => (i, math.min(BlockBytes / 4, count - i)))

  private def blocks(values: Array[Float]): Iterator[Array[Byte]] =
    ranges(values.length).map { case (from, size) =>
      val buffer = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN)
      buffer.asFloatBuffer().put(values, from, size)
      buffer.array()
    }

  private def hex(digest: MessageDigest): String = digest.digest().map(b => f"$b%02x").mkString
}
