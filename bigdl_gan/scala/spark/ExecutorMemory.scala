package org.apache.spark.bigdl_gan

import java.io.File
import java.util.UUID

import org.apache.spark.SparkEnv
import org.apache.spark.memory.MemoryMode
import org.apache.spark.storage.TempLocalBlockId

/** This executor's storage memory and local folders. Spark shows both only to its own packages. */
object ExecutorMemory {
  private val block = TempLocalBlockId(UUID.randomUUID())

  /** The most bytes that may be cached on the heap. */
  def storage: Long = SparkEnv.get.memoryManager.maxOnHeapStorageMemory

  /** Takes storage memory for data outside Spark's store, whose blocks make room for it. */
  def acquire(bytes: Long): Boolean = {
    val manager = SparkEnv.get.memoryManager
    manager.synchronized(manager.acquireStorageMemory(block, bytes, MemoryMode.ON_HEAP))
  }

  def release(bytes: Long): Unit = {
    val manager = SparkEnv.get.memoryManager
    manager.synchronized(manager.releaseStorageMemory(bytes, MemoryMode.ON_HEAP))
  }

  /** Whether Spark encrypts its own files in local folders. */
  def encryptsDisks: Boolean = SparkEnv.get.conf.getBoolean("spark.io.encryption.enabled", false)

  /** A new file in one of Spark's local folders. */
  def localFile(): File = SparkEnv.get.blockManager.diskBlockManager.createTempLocalBlock()._2
}
