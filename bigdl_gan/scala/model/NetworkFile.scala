package com.intel.analytics.bigdl.dllib.gan.model

import java.io.{ByteArrayOutputStream, EOFException, IOException, InputStream}
import java.util.zip.{GZIPInputStream, GZIPOutputStream, ZipException}

import scala.collection.mutable
import scala.collection.mutable.ArrayBuffer
import scala.util.control.NonFatal

import com.intel.analytics.bigdl.Module
import com.intel.analytics.bigdl.dllib.gan.layers.CoreModule
import com.intel.analytics.bigdl.dllib.keras.layers.BERT
import com.intel.analytics.bigdl.dllib.keras.layers.internal.InternalRecurrent
import com.intel.analytics.bigdl.dllib.keras.models.KerasNet
import com.intel.analytics.bigdl.dllib.keras.{Model, Sequential}
import com.intel.analytics.bigdl.dllib.utils.serializer.DeserializeContext
import com.intel.analytics.bigdl.dllib.utils.serializer.{ModuleData, ModuleLoader}
import com.intel.analytics.bigdl.dllib.utils.serializer.{ModulePersister, ModuleSerializer}
import com.intel.analytics.bigdl.dllib.utils.serializer.{ProtoStorageType, SerializeContext}
import com.intel.analytics.bigdl.serialization.Bigdl.BigDLModule
import com.intel.analytics.shaded.protobuf_v_3_25_2.{CodedInputStream, InvalidProtocolBufferException}
import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.Path

/** Writes dllib models as files of protocol buffers, and reads such files from any source. */
private[gan] object NetworkFile {
  // when they are initialised, these companions tell dllib how to read their layers
  private val readers = Seq[AnyRef](Model, Sequential, InternalRecurrent, BERT, CoreModule)

  /**
   * The model as a message, after the check that its file must pass to be read.
   *
   * @throws IllegalArgumentException if it does not pass
   */
  def message(model: Module[Float]): BigDLModule = synchronized { // dllib's serialisers hold a setting
    model.clearState()
    val data = ModuleData[Float](model, ArrayBuffer[String](), ArrayBuffer[String]())
    val storages = mutable.HashMap[Int, Any]()
    val result = ModuleSerializer.serialize(SerializeContext(data, storages, ProtoStorageType))
    ModulePersister.setTensorStorage(result.bigDLModule, result.storages)
    val built = result.bigDLModule.build()
    try {
      if (built.getSerializedSize < 0) throw Refused("more than 2 GB") // an overflow
      NetworkCheck(built)
    } catch { case Refused(what) => refuse("the network", what) }
    built
  }

  /** Writes a new file. */
  def write(message: BigDLModule, file: String, configuration: Configuration): Unit = {
    val path = new Path(file)
    val out = path.getFileSystem(configuration).create(path, false)
    try message.writeTo(out) finally out.close()
  }

  /** The file's gzip; the same bytes for the same message. */
  def compressed(message: BigDLModule): Array[Byte] = {
    val bytes = new ByteArrayOutputStream()
    val out = new GZIPOutputStream(bytes)
    message.writeTo(out)
    out.close()
    bytes.toByteArray
  }

  /**
   * Reads a model. Until the complete file has passed the check that it holds only dllib's layers
   * and numbers, this initialises no class and takes no more memory than the file's own size.
   *
   * @param most the largest size allowed, in bytes, for the file and for what a gzip file holds
   * @throws IllegalArgumentException if it holds anything else, or is damaged
   */
  def read(file: String, most: Long, configuration: Configuration): KerasNet[Float] = {
    val path = new Path(file)
    val system = path.getFileSystem(configuration)
    try {
      if (system.getFileStatus(path).getLen > most) throw new TooLong
      val in = system.open(path)
      load(try checked(in, file, most) finally in.close())
    } catch {
      case Refused(what) => refuse(file, what)
      case _: TooLong => refuse(file, s"more than $most bytes")
      case _: EOFException => refuse(file, "fewer bytes than were written")
      case error@(_: InvalidProtocolBufferException | _: ZipException) =>
        refuse(file, s"damage (${root(error)})")
      case error: IOException => throw error
      case error: OutOfMemoryError => refuse(file, s"layers that are too large ($error)")
      case _: StackOverflowError => refuse(file, "layers that are nested too deeply")
      case NonFatal(error) => refuse(file, s"layers that cannot be built (${root(error)})")
    }
  }

  private def checked(in: InputStream, file: String, most: Long): BigDLModule = {
    val plain = if (file.endsWith(".gz")) new GZIPInputStream(in) else in
    val bounded = CodedInputStream.newInstance(new Bounded(plain, most))
    bounded.setSizeLimit(Int.MaxValue)
    val message = BigDLModule.parseFrom(bounded)
    NetworkCheck(message)
    message
  }

  private def load(message: BigDLModule): KerasNet[Float] = synchronized {
    val storages = mutable.HashMap[Int, Any]()
    val context = DeserializeContext(message, storages, ProtoStorageType)
    ModuleLoader.initTensorStorage[Float](context)
    ModuleSerializer.load[Float](context).module match {
      case network: KerasNet[_] => network.asInstanceOf[KerasNet[Float]]
      case other => throw Refused(s"no Keras model, but a ${other.getClass.getName}")
    }
  }

  private def root(error: Throwable): String =
    Iterator.iterate(error)(_.getCause).takeWhile(_ != null).toSeq.last.toString.takeWhile(_ != '\n')

  private def refuse(file: String, what: String): Nothing = throw new IllegalArgumentException(
    "A saved network must be written by dllib and hold only dllib's and this library's layers. " +
      s"Received: $file with $what.")

  private final class TooLong extends IOException

  /** Fails after `most` bytes, so that a small gzip file cannot hold a large message. */
  private final class Bounded(in: InputStream, most: Long) extends InputStream {
    private var left = most

    override def read(): Int = {
      val one = new Array[Byte](1)
      if (read(one, 0, 1) < 0) -1 else one(0) & 0xff
    }

    override def read(bytes: Array[Byte], from: Int, length: Int): Int = {
      val count = in.read(bytes, from, length)
      left -= math.max(count, 0)
      if (left < 0) throw new TooLong
      count
    }
  }
}
