"""The way to Spark's JVM, to the Scala core and to Hadoop's file systems: nothing outside this folder reaches py4j."""

from py4j.protocol import Py4JError

from bigdl_gan.jvm.bridge import ReplicaLostError
from bigdl_gan.jvm.classpath import jar_paths
from bigdl_gan.jvm.session import configure

__all__ = ["Py4JError", "ReplicaLostError", "configure", "jar_paths"]
