package com.intel.analytics.bigdl.dllib.gan.data

import scala.collection.mutable
import scala.concurrent.ExecutionContext.Implicits.global
import scala.concurrent.duration.Duration
import scala.concurrent.{Await, Future, Promise}
import scala.util.control.NonFatal

import org.apache.hadoop.fs.Path
import org.apache.spark.SparkException
import org.apache.spark.bigdl_gan.LateTasks
import org.apache.spark.rdd.RDD
import org.apache.spark.sql.functions.{col, xxhash64}
import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.util.SerializableConfiguration

/**
 * Writes images as picture files, one for each row, on the executors, several at a time.
 *
 * The folder is listed once, before the job: a file that appears during it is the job's own, from
 * an earlier attempt of a task.
 *
 * @param mode for a file that was there before: "error", "resume" (keep it) or "overwrite"
 */
private[gan] final class PictureFiles(folder: String, extension: String, encoder: PictureEncoder,
  mode: String) {
  import PictureFiles._

  /** @param frame `name`: string; `image`: an image struct */
  def write(frame: DataFrame): Result = {
    val session = frame.sparkSession
    val target = new Path(folder)
    val settings = new SerializableConfiguration(session.sessionState.newHadoopConf())
    val present =
      try new PictureFolder(target, settings.value).open(_.endsWith(s".$extension"))
      catch { case NonFatal(error) => return refused(Files, cannotWrite(folder, error)) }
    val shared = session.sparkContext.broadcast(settings)
    val before = session.sparkContext.broadcast(present)
    val task = new PictureTask(folder, extension, encoder, mode, before, shared)
    val rows = frame.select(col("name"), col("image"), xxhash64(col("name"))).rdd
    try combine(run(rows, task))
    catch {
      case error: SparkException => refused(Files, writeFailure(error).getOrElse(throw error))
    } finally {
      shared.destroy()
      before.destroy()
    }
  }

  /** Runs the tasks and returns their results; after the first refusal, stops the other tasks. */
  private def run(rows: RDD[Row], task: PictureTask): Seq[Result] = {
    val results = mutable.ArrayBuffer[Result]()
    val refusal = Promise[Unit]()
    val job = rows.sparkContext.submitJob[Row, Result, Unit](rows, task.run, rows.partitions.indices,
      (_, result) => {
        results.synchronized(results += result)
        if (result.refusal.isDefined) refusal.trySuccess(())
      }, ())
    try {
      Await.ready(Future.firstCompletedOf(Seq(refusal.future, job)), Duration.Inf)
      if (refusal.isCompleted) job.cancel() else Await.result(job, Duration.Inf)
    } finally {
      Await.ready(job, Duration.Inf)
      LateTasks.await(rows.sparkContext, job.jobIds) // or they would write after the failure
    }
    results.synchronized(results.toList)
  }

  private def combine(results: Seq[Result]): Result =
    results.find(_.refusal.isDefined).getOrElse {
      val names = results.flatMap(_.names).toArray
      java.util.Arrays.sort(names)
      val twice = names.indices.drop(1).count(i => names(i) == names(i - 1))
      if (twice > 0) {
        refused(BadRow, "Rows must have different names. " +
          s"Received: ${names.length} rows, ${names.length - twice} names. " +
          "For each name, one row's picture was written.")
      } else {
        Result(results.map(_.fresh).sum, results.map(_.there).sum, Array(), None)
      }
    }
}

private[gan] object PictureFiles {
  val Exists = "exists"
  val BadRow = "row"
  val Files = "file system"

  /**
   * What was written, or why it was not.
   *
   * @param there files that were there before, and stay or are replaced
   * @param names a 64-bit hash of each row's name: a million different names have a collision with a
   *              probability of 3e-8
   */
  case class Result(fresh: Long, there: Long, names: Array[Long], refusal: Option[Refusal])

  case class Refusal(kind: String, message: String)

  def refused(kind: String, message: String): Result =
    Result(0, 0, Array(), Some(Refusal(kind, message)))

  def cannotWrite(path: String, cause: Throwable): String =
    s"Cannot write $path: ${cause.toString.split('\n').head}"

  /** Spark passes a task's exception to the driver as text inside its own exception's. */
  private def writeFailure(error: Throwable): Option[String] =
    s"${classOf[WriteFailed].getName}: (.*)".r.findFirstMatchIn(error.getMessage).map(_.group(1))
}
