package org.apache.spark.bigdl_gan

import java.io.File
import java.util.UUID

import org.apache.spark.SparkEnv
import org.apache.spark.memory.MemoryMode
import org.apache.spark.storage.TempLocalBlockId

/** This executor's storage memory and local folders: Spark shows both to its own packages only. */
object ExecutorMemory {
  private val block = TempLocalBlockId(UUID.randomUUID())

  /** Bytes that may be cached on the heap at most. */
  def storage: Long = SparkEnv.get.memoryManager.maxOnHeapStorageMemory

  /** Takes storage memory for what is kept outside Spark's store, whose blocks make room for it. */
  def acquire(bytes: Long): Boolean = {
    val manager = SparkEnv.get.memoryManager
    manager.synchronized(manager.acquireStorageMemory(block, bytes, MemoryMode.ON_HEAP))
  }

  def release(bytes: Long): Unit = {
    val manager = SparkEnv.get.memoryManager
    manager.synchronized(manager.releaseStorageMemory(bytes, MemoryMode.ON_HEAP))
  }

  /** Whether Spark encrypts what it writes to local folders itself. */
  def encryptsDisks: Boolean = SparkEnv.get.conf.getBoolean("spark.io.encryption.enabled", false)

  /** A new file in one of Spark's local folders. */
  def localFile(): File = SparkEnv.get.blockManager.diskBlockManager.createTempLocalBlock()._2
}
