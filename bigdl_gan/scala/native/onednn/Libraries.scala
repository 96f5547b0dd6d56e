package com.intel.analytics.bigdl.dllib.gan.native.onednn

import java.io.IOException
import java.nio.file.{Files, Path, Paths, StandardCopyOption}

import com.intel.analytics.bigdl.mkl.MklDnn

/** Loads the two native libraries that our jar holds, once in a JVM. */
private[onednn] object Libraries {
  private val Names = Seq("libdnnl.so.3", "libbigdl_gan.so") // the second needs the first

  /** Why they cannot be used in this JVM, in one line; None if they can. The first call loads them. */
  lazy val problem: Option[String] = problemIn(System.getProperty("java.io.tmpdir"))

  /** Loads them from a folder, and says why that failed. */
  def problemIn(folder: String): Option[String] =
    try {
      load(Paths.get(folder))
      None
    } catch {
      case failure @ (_: IOException | _: LinkageError | _: SecurityException) =>
        Some(s"oneDNN could not be loaded: ${failure.toString.linesIterator.next()}. It needs x86-64 " +
          s"Linux with glibc 2.17, and 45 MB in a folder from which files may be executed. Received: $folder. " +
          "Name another one with -Djava.io.tmpdir=FOLDER in spark.driver.extraJavaOptions and " +
          "spark.executor.extraJavaOptions")
    }

  /** What is loaded stays when its file is deleted. So each JVM has files of its own, for a moment. */
  private def load(parent: Path): Unit = {
    // dllib's libiomp5.so, which libdnnl.so.3 needs, comes with MKL-DNN, and must come first: the
    // other copy of it, which MKL loads, would be a second OpenMP for whoever finds it.
    if (!MklDnn.isLoaded) throw new UnsatisfiedLinkError("MKL-DNN is not loaded, whose OpenMP oneDNN shares")
    val folder = Files.createTempDirectory(parent, "bigdl_gan.native.")
    try Names.foreach(name => System.load(unpack(name, folder).toString))
    finally {
      Names.foreach(name => Files.deleteIfExists(folder.resolve(name)))
      Files.delete(folder)
    }
  }

  private def unpack(name: String, folder: Path): Path = {
    val file = folder.resolve(name)
    val in = Option(getClass.getResourceAsStream("/bigdl_gan/native/" + name)).getOrElse(
      throw new UnsatisfiedLinkError(s"bigdl_gan.jar holds no $name"))
    try Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING) finally in.close()
    file.toAbsolutePath // as System.load wants it
  }
}
