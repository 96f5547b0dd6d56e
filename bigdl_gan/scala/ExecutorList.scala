package org.apache.spark.bigdl_gan

import org.apache.spark.SparkContext

/** One live executor. */
case class ExecutorInfo(id: String, host: String, cores: Int)

/** The live executors of a context: what Spark knows of them it shows to its own packages only. */
object ExecutorList {
  private val LocalThreads = """local\[([0-9]+|\*)(?:\s*,\s*[0-9]+)?\]""".r

  /** Executors in the order of their ids; the driver's JVM is the one executor of a local master. */
  def of(sc: SparkContext): Seq[ExecutorInfo] =
    if (sc.isLocal) {
      val driver = sc.env.blockManager.blockManagerId
      Seq(ExecutorInfo(driver.executorId, driver.host, localThreads(sc.master)))
    } else {
      val stores = sc.statusStore.executorList(true).filter(_.id != "driver")
      stores.map(e => ExecutorInfo(e.id, e.hostPort.reverse.dropWhile(_ != ':').drop(1).reverse,
        e.totalCores)).sortBy(e => (e.id.length, e.id))
    }

  private def localThreads(master: String): Int = master match {
    case LocalThreads("*") => Runtime.getRuntime.availableProcessors()
    case LocalThreads(n) => n.toInt
    case _ => 1
  }
}
