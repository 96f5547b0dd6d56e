"""Access to Spark's JVM, the Scala core and Hadoop's file systems; no code outside this folder uses py4j."""

from py4j.protocol import Py4JError

from bigdl_gan.jvm.bridge import ReplicaLostError
from bigdl_gan.jvm.classpath import jar_paths
from bigdl_gan.jvm.session import configure

__all__ = ["Py4JError", "ReplicaLostError", "configure", "jar_paths"]
