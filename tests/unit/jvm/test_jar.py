"""The built jar runs on Java 8, though it may have been compiled on a later one."""

import struct
import zipfile

from bigdl_gan.jvm.classpath import gan_jar

JAVA_8 = 52
UTF8, LONG, DOUBLE, NAME_AND_TYPE = 1, 5, 6, 12
# bytes after the tag of each kind of constant; JVM specification, table 4.4
SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2}
# since Java 9 these return the buffer's own type: code compiled against it fails on Java 8 with NoSuchMethodError
RETYPED = {"clear", "flip", "limit", "mark", "position", "reset", "rewind"}


def names_and_types(data: bytes):
    """The (name, descriptor) pairs of a class file's constants."""
    texts, pairs = {}, []
    (count,) = struct.unpack_from(">H", data, 8)
    index, at = 1, 10
    while index < count:
        tag = data[at]
        if tag == UTF8:
            (length,) = struct.unpack_from(">H", data, at + 1)
            texts[index] = data[at + 3:at + 3 + length].decode("utf-8", "replace")
            at += 3 + length
        else:
            if tag == NAME_AND_TYPE:
                pairs.append(struct.unpack_from(">HH", data, at + 1))
            at += 1 + SIZES[tag]
        index += 2 if tag in (LONG, DOUBLE) else 1
    return [(texts[name], texts[descriptor]) for name, descriptor in pairs]


def test_java_8():
    with zipfile.ZipFile(gan_jar()) as jar:
        classes = {name: jar.read(name) for name in jar.namelist() if name.endswith(".class")}
    assert "com/intel/analytics/bigdl/dllib/gan/Bridge.class" in classes
    for name, data in classes.items():
        (version,) = struct.unpack_from(">H", data, 6)
        assert version == JAVA_8, name
        for method, descriptor in names_and_types(data):
            newer = method in RETYPED and descriptor.split(")")[-1].startswith("Ljava/nio/")
            assert not newer or descriptor.endswith(")Ljava/nio/Buffer;"), f"{name} calls {method}{descriptor}"
