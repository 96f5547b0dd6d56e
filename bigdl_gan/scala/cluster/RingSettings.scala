package com.intel.analytics.bigdl.dllib.gan.cluster

import org.apache.spark.SparkConf

/**
 * How the executors of a training find each other and speak with each other.
 *
 * @param port          the first port to listen on; 0 for any that is free
 * @param portRetries   how many ports behind it may be tried
 * @param silenceMillis how long a neighbour that Spark does not declare lost may give no sign of life
 * @param encrypted     whether what they exchange is encrypted
 * @param connectMillis how long to try to reach a neighbour
 * @param pulseMillis   between two signs of life
 */
private[gan] case class RingSettings(port: Int, portRetries: Int, silenceMillis: Long,
  encrypted: Boolean, connectMillis: Long = RingSettings.ConnectMillis,
  pulseMillis: Long = RingSettings.PulseMillis) extends Serializable {

  /** The ports that it may use, as text. */
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
  private val CheckInterval = "spark.network.timeoutInterval" // of the driver's looks at heartbeats
  private val HeartbeatTimeout = "spark.storage.blockManagerHeartbeatTimeoutMs" // where it is not that
  private val LastPort = 65535
  private val Encryptions =
    Seq("spark.network.crypto.enabled", "spark.authenticate.enableSaslEncryption")

  /** Shorter ones end trainings at every pause, longer ones find a cut cable too late. */
  private val ShortestSeconds = 10L
  private val LongestSeconds = 3600L

  /** Between the driver's verdict on an executor and the end of what waits for it. */
  private val MarginSeconds = 30L

  /** Throws an IllegalArgumentException where the ports are none. */
  def of(conf: SparkConf): RingSettings = {
    val (port, retries) = (number(conf, Port, 0),
      number(conf, PortRetries, number(conf, "spark.port.maxRetries", 16)))
    check(port == 0 || port >= 1024 && port <= LastPort,
      s"$Port must be 0, for any free port, or from 1024 to $LastPort. Received: $port.")
    check(retries >= 0, s"$PortRetries must be at least 0. Received: $retries.")
    check(port == 0 || retries <= LastPort - port,
      s"$Port + $PortRetries must be at most $LastPort. Received: $port + $retries.")
    val silence = heartbeatSeconds(conf) + conf.getTimeAsSeconds(CheckInterval, "60s") + MarginSeconds
    RingSettings(port, if (port == 0) 0 else retries, silence * 1000, encrypts(conf))
  }

  /** Whether Spark encrypts what its own processes send each other. */
  private def encrypts(conf: SparkConf): Boolean = Encryptions.exists(conf.getBoolean(_, false))

  /** How long an executor may miss its heartbeats until Spark's driver declares it lost. */
  private def timeoutSeconds(conf: SparkConf): Long =
    if (conf.contains(HeartbeatTimeout)) conf.getTimeAsMs(HeartbeatTimeout) / 1000
    else conf.getTimeAsSeconds(Timeout, "120s")

  private def heartbeatSeconds(conf: SparkConf): Long =
    math.min(LongestSeconds, math.max(ShortestSeconds, timeoutSeconds(conf)))

  /** What to tell of a timeout that is not taken as it is; empty where it is. */
  def warning(conf: SparkConf): String = {
    val (given, used) = (timeoutSeconds(conf), heartbeatSeconds(conf))
    if (given == used) "" else {
      val name = if (conf.contains(HeartbeatTimeout)) HeartbeatTimeout else Timeout
      s"A training takes $name from $ShortestSeconds s to $LongestSeconds s. Received: $given s. " +
        s"It uses $used s."
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
