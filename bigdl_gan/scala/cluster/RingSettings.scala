package com.intel.analytics.bigdl.dllib.gan.cluster

import org.apache.spark.SparkConf

/**
 * How a training's executors find each other and communicate.
 *
 * @param port          the first port to try; 0 for any free one
 * @param portRetries   how many ports after it to try
 * @param silenceMillis how long a neighbour may be silent while Spark does not declare it lost
 * @param encrypted     whether to encrypt what they exchange
 * @param connectMillis how long to try to reach a neighbour
 * @param pulseMillis   time between two pulses
 */
private[gan] case class RingSettings(port: Int, portRetries: Int, silenceMillis: Long,
  encrypted: Boolean, connectMillis: Long = RingSettings.ConnectMillis,
  pulseMillis: Long = RingSettings.PulseMillis) extends Serializable {

  /** The ports to try, as text. */
  def ports: String =
    if (port == 0) "any port" else if (portRetries == 0) s"port $port"
    else s"ports $port to ${port + portRetries}"
}

private[gan] object RingSettings {
  private val ConnectMillis = 10 * 1000L
  private val PulseMillis = 5 * 1000L // also keeps firewalls from dropping an idle connection
  val Port = "spark.bigdl_gan.port"
  val PortRetries = "spark.bigdl_gan.portMaxRetries"
  private val Timeout = "spark.network.timeout"
  private val CheckInterval = "spark.network.timeoutInterval" // of heartbeats
  private val HeartbeatTimeout = "spark.storage.blockManagerHeartbeatTimeoutMs" // before Timeout
  private val LastPort = 65535
  private val Encryptions =
    Seq("spark.network.crypto.enabled", "spark.authenticate.enableSaslEncryption")

  /** A shorter timeout ends trainings at every pause, a longer one finds a cut cable too late. */
  private val ShortestSeconds = 10L
  private val LongestSeconds = 3600L

  /** For the driver to end what waits for an executor that it has declared lost. */
  private val MarginSeconds = 30L

  /** Throws an IllegalArgumentException if the ports are invalid. */
  def of(conf: SparkConf): RingSettings = {
    val (port, retries) = (number(conf, Port, 0),
      number(conf, PortRetries, number(conf, "spark.port.maxRetries", 16)))
    check(port == 0 || port >= 1024 && port <= LastPort,
      s"$Port must be 0 (any free port) or from 1024 to $LastPort. Received: $port.")
    check(retries >= 0, s"$PortRetries must be at least 0. Received: $retries.")
    check(port == 0 || retries <= LastPort - port,
      s"$Port + $PortRetries must be at most $LastPort. Received: $port + $retries.")
    val silence = heartbeatSeconds(conf) + conf.getTimeAsSeconds(CheckInterval, "60s") + MarginSeconds
    RingSettings(port, if (port == 0) 0 else retries, silence * 1000, encrypts(conf))
  }

  /** Whether Spark encrypts what its own processes send each other. */
  private def encrypts(conf: SparkConf): Boolean = Encryptions.exists(conf.getBoolean(_, false))

  /** How long an executor may miss its heartbeats before Spark's driver declares it lost. */
  private def timeoutSeconds(conf: SparkConf): Long =
    if (conf.contains(HeartbeatTimeout)) conf.getTimeAsMs(HeartbeatTimeout) / 1000
    else conf.getTimeAsSeconds(Timeout, "120s")

  private def heartbeatSeconds(conf: SparkConf): Long =
    math.min(LongestSeconds, math.max(ShortestSeconds, timeoutSeconds(conf)))

  /** A warning if the timeout is out of range and replaced; empty if not. */
  def warning(conf: SparkConf): String = {
    val (given, used) = (timeoutSeconds(conf), heartbeatSeconds(conf))
    if (given == used) "" else {
      val name = if (conf.contains(HeartbeatTimeout)) HeartbeatTimeout else Timeout
      s"$name must be from $ShortestSeconds s to $LongestSeconds s for a training. " +
        s"Received: $given s. The training uses $used s."
    }
  }

  private def check(isRight: Boolean, message: String): Unit =
    if (!isRight) throw new IllegalArgumentException(message)

  private def number(conf: SparkConf, name: String, default: Int): Int = {
    val text = conf.get(name, default.toString)
    try text.trim.toInt catch {
      case _: NumberFormatException =>
        throw new IllegalArgumentException(s"$name must be an integer. Received: $text.")
    }
  }
}
