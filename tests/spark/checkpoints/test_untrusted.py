"""Files from anybody: nothing in them runs, no class they name is initialised, none takes more memory than its size."""

import gzip
import hashlib
import json

import numpy as np
import pytest
from bigdl.dllib.keras.layers import InputLayer, WordEmbedding
from bigdl.dllib.keras.models import Sequential
from bigdl.dllib.net import Net
from py4j.protocol import Py4JJavaError

from bigdl_gan import GANEstimator, GANModel
from bigdl_gan.checkpoints import checkpoint_files, network_files
from bigdl_gan.jvm import bridge
from bigdl_gan.layers import building

DLLIB = "com.intel.analytics.bigdl.dllib"


@pytest.fixture(scope="module")
def bigdl(spark):
    """dllib's protocol buffers."""
    return spark._jvm.com.intel.analytics.bigdl.serialization.Bigdl


@pytest.fixture(scope="module")
def network(dense_networks):
    return dense_networks()["generator"]


@pytest.fixture
def builder(network):
    """A whole message's fields, to be changed."""
    return bridge.call("networkMessage", network.value).toBuilder()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "network"


def save(path, message):
    path.write_bytes(bytes(message.toByteArray()))
    return str(path)


def refused(spark, path, what):
    match = rf"hold only dllib's and this library's layers. Received: \S*{path.name} with .*{what}"
    with pytest.raises(ValueError, match=match) as error:
        network_files.read(spark, str(path))
    assert "\n" not in str(error.value)


def is_initialised(spark, name):
    """Whether a class's static initialiser has run."""
    jvm = spark._jvm
    field = jvm.java.lang.Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe")
    field.setAccessible(True)
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    return not field.get(None).shouldBeInitialized(jvm.java.lang.Class.forName(name, False, loader))


def serialised(spark, bigdl, kind):
    """An attribute whose value dllib would pass to `ObjectInputStream`, because a text in it says so."""
    out = spark._jvm.java.io.ByteArrayOutputStream()
    objects = spark._jvm.java.io.ObjectOutputStream(out)
    objects.writeObject(spark._jvm.java.util.HashMap())
    objects.close()
    shaded = spark._jvm.com.intel.analytics.shaded.protobuf_v_3_25_2
    value = shaded.Any.newBuilder().setValue(shaded.ByteString.copyFrom(out.toByteArray())).build()
    custom = bigdl.AttrValue.newBuilder().setDataType(bigdl.DataType.CUSTOM).setSubType(kind).setCustomValue(value)
    return custom.build()


def first_layer(builder):
    return builder.getSubModulesBuilder(0).getSubModulesBuilder(0)


def test_what_is_saved_is_read(spark, network, builder, path):
    loaded = network_files.read(spark, save(path, builder.build()))
    for a, b in zip(network.get_weights(), loaded.get_weights()):
        np.testing.assert_array_equal(a, b)


CLOSURE = (
    f"({DLLIB}.tensor.Tensor[T], {DLLIB}.tensor.TensorNumericMath.TensorNumeric[T]) => {DLLIB}.tensor.Tensor[T]"
)


def test_a_static_initialiser_and_a_serialised_object_are_reached_by_dllib_and_not_here(spark, bigdl, builder, path):
    """Initialising `TensorOp$` registers a reader that deserialises closures: dllib alone would run everything."""
    kind = f"{DLLIB}.nn.ops.TensorOp$"
    builder.setModuleType(kind).clearSubModules().putAttr("x", serialised(spark, bigdl, CLOSURE))
    save(path, builder.build())
    assert not is_initialised(spark, kind)
    refused(spark, path, "the class .*TensorOp[$]")
    assert not is_initialised(spark, kind)
    with pytest.raises(Py4JJavaError, match="class java.util.HashMap cannot be cast"):  # it was read: the test can fail
        Net.load(str(path))
    assert is_initialised(spark, kind)


CLASSES = {
    "a companion": f"{DLLIB}.nn.tf.ParseExample$", "of the JDK": "java.net.URLClassLoader",
    "a tool of dllib's": f"{DLLIB}.utils.Engine", "no layer": f"{DLLIB}.nn.Utils",
    "a criterion": f"{DLLIB}.nn.MSECriterion", "an operation": f"{DLLIB}.nn.ops.Gather",
    "an old name": "com.intel.analytics.bigdl.nn.Linear", "ours": f"{DLLIB}.gan.Bridge",
    "nothing": f"{DLLIB}.nn.Nothing", "a new line": f"{DLLIB}.nn.Linear\n", "an array": f"[L{DLLIB}.nn.Linear;",
}  # fmt: skip


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_a_class_that_is_no_layer(spark, builder, path, kind):
    first_layer(builder).setModuleType(kind)
    save(path, builder.build())
    refused(spark, path, "the class ")


def value(bigdl, **fields):
    made = bigdl.AttrValue.newBuilder()
    for name, field in fields.items():
        getattr(made, f"set{name}")(field)
    return made.build()


def array(bigdl, kind, add, item):
    values = bigdl.AttrValue.ArrayValue.newBuilder().setSize(1).setDatatype(kind)
    getattr(values, f"add{add}")(item)
    return value(bigdl, DataType=bigdl.DataType.ARRAY_VALUE, ArrayValue=values.build())


def listed(bigdl, item):
    names = bigdl.NameAttrList.newBuilder().setName("x").putAttr("y", item).build()
    return value(bigdl, DataType=bigdl.DataType.NAME_ATTR_LIST, NameAttrListValue=names)


def module_with(bigdl, item):
    return bigdl.BigDLModule.newBuilder().setModuleType(f"{DLLIB}.nn.Linear").putAttr("x", item).build()


PLACES = {
    "an attribute": lambda bigdl, item: item,
    "a list": listed,
    "a list within a list": lambda bigdl, item: listed(bigdl, listed(bigdl, item)),
    "an array of lists": lambda bigdl, item: array(
        bigdl, bigdl.DataType.NAME_ATTR_LIST, "NameAttrList", listed(bigdl, item).getNameAttrListValue()),
    "a module": lambda bigdl, item: value(
        bigdl, DataType=bigdl.DataType.MODULE, BigDLModuleValue=module_with(bigdl, item)),
    "an array of modules": lambda bigdl, item: array(
        bigdl, bigdl.DataType.MODULE, "BigDLModule", module_with(bigdl, item)),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_serialised_object_or_a_class_wherever_it_is(spark, bigdl, builder, path, place):
    bad = serialised(spark, bigdl, "x")
    for item in (bad, array(bigdl, bigdl.DataType.CUSTOM, "Custom", bad.getCustomValue())):
        changed = builder.build().toBuilder()
        first_layer(changed).putAttr("x", place(bigdl, item))
        save(path, changed.build())
        refused(spark, path, "a serialised object")
    foreign = bigdl.BigDLModule.newBuilder().setModuleType("java.net.URLClassLoader").build()
    changed = builder.build().toBuilder()
    item = value(bigdl, DataType=bigdl.DataType.MODULE, BigDLModuleValue=foreign)
    first_layer(changed).putAttr("x", place(bigdl, item))
    save(path, changed.build())
    refused(spark, path, "the class java.net.URLClassLoader")


def test_a_serialised_object_among_the_scales(spark, bigdl, builder, path):
    first_layer(builder).addInputScales(serialised(spark, bigdl, "x"))
    save(path, builder.build())
    refused(spark, path, "scales, a serialised object")


def tensor(bigdl, *, sizes, strides, offset=1, n_numbers=0, kind=None, storage=5):
    made = bigdl.BigDLTensor.newBuilder().setDatatype(bigdl.DataType.FLOAT).setOffset(offset).setId(77)
    for size, stride in zip(sizes, strides):
        made.addSize(size).addStride(stride)
    held = bigdl.TensorStorage.newBuilder().setDatatype(bigdl.DataType.FLOAT).setId(storage)
    for _ in range(n_numbers):
        held.addFloatData(1.0)
    return made.setStorage(held).setTensorType(kind or bigdl.TensorType.DENSE).build()


TENSORS = {
    "more than there is": {"sizes": [3], "strides": [1], "n_numbers": 2},
    "a billion without any": {"sizes": [1 << 30], "strides": [1]},
    "more than 64 bits": {"sizes": [2**31 - 1] * 3, "strides": [2**31 - 1] * 3, "n_numbers": 2},
    "behind the end": {"sizes": [1], "strides": [1], "offset": 1 << 30, "n_numbers": 2},
    "wide strides": {"sizes": [2], "strides": [1 << 30], "n_numbers": 2},
    "negative": {"sizes": [-5], "strides": [1], "n_numbers": 2},
    "without a storage": {"sizes": [1 << 20], "strides": [1], "storage": -1},
}


@pytest.mark.parametrize("sizes", TENSORS.values(), ids=TENSORS)
def test_a_tensor_that_is_larger_than_its_numbers(spark, bigdl, builder, path, sizes):
    item = value(bigdl, DataType=bigdl.DataType.TENSOR, TensorValue=tensor(bigdl, **sizes))
    first_layer(builder).putAttr("x", item)
    save(path, builder.build())
    refused(spark, path, "a tensor of ")


def test_a_quantised_tensor(spark, bigdl, builder, path):
    odd = tensor(bigdl, sizes=[1], strides=[1], n_numbers=1, kind=bigdl.TensorType.QUANT)
    first_layer(builder).putAttr("x", value(bigdl, DataType=bigdl.DataType.TENSOR, TensorValue=odd))
    save(path, builder.build())
    refused(spark, path, "a tensor that is not dense")


def test_an_array_that_is_larger_than_its_elements(spark, bigdl, builder, path):
    values = bigdl.AttrValue.ArrayValue.newBuilder().setSize(1 << 30).setDatatype(bigdl.DataType.TENSOR).build()
    first_layer(builder).putAttr("x", value(bigdl, DataType=bigdl.DataType.ARRAY_VALUE, ArrayValue=values))
    save(path, builder.build())
    refused(spark, path, "an array of 1073741824 with 0 elements")


def test_layers_that_are_larger_than_their_weights(spark, bigdl, builder, path):
    dense = first_layer(builder)
    while dense.getSubModulesCount():
        dense = dense.getSubModulesBuilder(0)
    linear = bigdl.BigDLModule.newBuilder(dense.build()).setModuleType(f"{DLLIB}.nn.Linear").setId(1234567)
    for name in ("inputSize", "outputSize"):
        linear.putAttr(name, value(bigdl, DataType=bigdl.DataType.INT32, Int32Value=40_000))
    builder.getSubModulesBuilder(0).clearSubModules().addSubModules(linear)
    save(path, builder.build())
    refused(spark, path, "layers of 160000000")


def described(bigdl, description):
    """A module of the core's, with that description."""
    module = bigdl.BigDLModule.newBuilder().setModuleType(f"{DLLIB}.gan.layers.CoreModule").setId(1234567)
    return module.putAttr("layer", value(bigdl, DataType=bigdl.DataType.STRING, StringValue=description))


NORM = {"layer": "GroupNormalization", "input": [4], "groups": 2, "epsilon": 0.1, "scale": True, "center": True}
DENSE = {"layer": "Dense", "input": [4], "units": 3, "bias": True}
CONVOLUTION = {"layer": "Conv2D", "input": [4, 6, 6], "filters": 2, "kernel": [4, 4], "strides": [2, 2],
               "padding": "same", "bias": True, "tied": True}  # fmt: skip
CONDITIONAL = {"layer": "ConditionalBatchNormalization", "inputs": [[4], [2]], "epsilon": 0.1, "momentum": 0.1}
DESCRIPTIONS = {  # what is wrong, and the core's words for it
    "no JSON": ("{", "A layer must be JSON"),
    "a list": ("[1]", "A layer must be an object"),
    "a class": ({**NORM, "layer": "java.net.URLClassLoader"}, "`layer` must be one of "),
    "no number": ({**NORM, "epsilon": "1"}, "`epsilon` must be a number above 0"),
    "no flag": ({**NORM, "scale": 1}, "`scale` must be true or false"),
    "no groups": ({name: NORM[name] for name in NORM if name != "groups"}, "`groups` must be there"),
    "a group of less": ({**NORM, "groups": 3}, "`groups` must divide the 4 channels"),
    "a shape of nothing": ({**NORM, "input": [0]}, "`input` must be a shape"),
    "too large a shape": ({**NORM, "input": [1 << 20, 1 << 20]}, "`input` must be a shape"),
    "too many weights": ({**NORM, "input": [1 << 30]}, "layers of 21474836"),
    "too large a kernel": ({**DENSE, "units": 1 << 30}, "layers of 53687091"),
    "spectral normalisation of a norm": (
        {"layer": "SpectralNormalization", "iterations": 1, "of": NORM}, "`of` must have a kernel"),
    "spectral normalisation of nothing": (
        {"layer": "SpectralNormalization", "iterations": 1, "of": 1}, "`of` must be a layer"),
    "no iterations": (
        {"layer": "SpectralNormalization", "iterations": 0, "of": DENSE}, "`iterations` must be an integer"),
    "tied kernels of another size": ({**CONVOLUTION, "kernel": [3, 3]}, "`tied` must have a 4x4 kernel"),
    "tied kernels over odd pixels": ({**CONVOLUTION, "input": [4, 5, 6]}, "`tied` must have an input of even"),
    "other padding": ({**CONVOLUTION, "padding": "full"}, "`padding` must be same or valid"),
    "no window": ({**CONVOLUTION, "kernel": [4]}, "`kernel` must be "),
    "no image": ({**CONVOLUTION, "input": [4]}, "`input` must be "),
    "inputs that do not fit": (
        {"layer": "Multiply", "inputs": [[4, 6, 6], [4, 6, 1]]}, "`inputs` must be two equal shapes, or "),
    "three inputs": ({"layer": "Dot", "inputs": [[4]] * 3}, "`inputs` must be two vectors of one length"),
    "inputs that are no shapes": ({"layer": "Dot", "inputs": [[4], 4]}, "`inputs` must be shapes"),
    "inputs that are no list": ({"layer": "Dot", "inputs": 4}, "`inputs` must be shapes"),
    "a label image": ({**CONDITIONAL, "inputs": [[4], [2, 1, 1]]}, "`inputs` must be a vector or an image, and"),
    "too many labels": ({**CONDITIONAL, "inputs": [[1 << 20], [1 << 20]]}, "`inputs` must give fewer weights"),
    "too large a state": ({**CONDITIONAL, "inputs": [[1 << 30], [1]]}, "layers of 429496"),
    "no momentum": ({**CONDITIONAL, "momentum": 1.5}, "`momentum` must be at most 1"),
    "too large an embedding": ({"layer": "Embedding", "input": [4], "units": 1 << 30}, "layers of 429496"),
    "too many filters": ({**CONVOLUTION, "filters": 1 << 30}, "`filters` must give fewer weights"),
    "no filters": ({**CONVOLUTION, "filters": -1}, "`filters` must be an integer of at least 1"),
}  # fmt: skip


@pytest.mark.parametrize("case", DESCRIPTIONS)
def test_a_description_of_no_layer(spark, bigdl, builder, path, case):
    description, what = DESCRIPTIONS[case]
    text = description if isinstance(description, str) else json.dumps(description)
    builder.getSubModulesBuilder(0).addSubModules(described(bigdl, text))
    save(path, builder.build())
    refused(spark, path, what)


def test_a_layer_of_ours_without_a_description(spark, bigdl, builder, path):
    builder.getSubModulesBuilder(0).addSubModules(described(bigdl, "").clearAttr())
    save(path, builder.build())
    refused(spark, path, "a layer without a description")


@pytest.mark.parametrize("depth", [200, 100_000])
def test_modules_within_modules(spark, path, depth):
    data = b""
    for _ in range(depth):
        data = b"\x12" + varint(len(data)) + data if depth < 1000 else data + b"\x13"  # field 2, or a group's start
    path.write_bytes(data)
    refused(spark, path, "")


def varint(number):
    data = bytearray()
    while number >= 128:
        data.append(number % 128 | 128)
        number //= 128
    return bytes([*data, number])


@pytest.mark.parametrize("data", [b"", b"x", b"\x00" * 100, b"[]", b"\x0a\xff\xff\xff\xff\x07"], ids=repr)
def test_what_is_no_network(spark, path, data):
    path.write_bytes(data)
    refused(spark, path, "")


@pytest.mark.slow
def test_random_damage_is_refused_or_changes_numbers(spark, builder, path):
    """Two hundred seeded changes; the bytes differ from run to run, because dllib's ids depend on the JVM."""
    whole, rng = bytes(builder.build().toByteArray()), np.random.default_rng(0)
    for _ in range(200):
        data = bytearray(whole)
        if rng.random() < 0.3:
            del data[rng.integers(len(data)):]
        for _ in range(rng.integers(1, 4)):
            data[rng.integers(len(data))] ^= 1 << rng.integers(8)
        path.write_bytes(bytes(data))
        try:
            network_files.read(spark, str(path))
        except ValueError as error:
            assert "\n" not in str(error)


def test_what_cannot_be_read_again_is_not_saved(spark, tmp_path):
    """dllib writes this layer as a serialised object."""
    vectors = tmp_path / "glove.6B.50d.txt"
    vectors.write_text("\n".join(" ".join([word, *["0.5"] * 50]) for word in ("a", "b")) + "\n")
    with building():
        model = Sequential()
        model.add(InputLayer(input_shape=(2,)))
        model.add(WordEmbedding(str(vectors), {"a": 1, "b": 2}))
    with pytest.raises(ValueError, match="Received: the network with .*WordEmbedding.*, a serialised object"):
        GANEstimator(generator=model).save(str(tmp_path / "gan"))
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith("gan")]


@pytest.fixture
def checkpoint(noise, dense_gan, tmp_path):
    dense_gan(maxIter=1, checkpointDir=str(tmp_path / "ck")).fit(noise)
    for crc in (tmp_path / "ck").rglob(".*.crc"):
        crc.unlink()
    return tmp_path / "ck" / "checkpoint-00000001"


def replace(checkpoint, name, data):
    """Writes a file, with a matching size and checksum."""
    (checkpoint / name).write_bytes(data)
    metadata = json.loads((checkpoint / "metadata.json").read_text())
    metadata["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    metadata["sha256"] = checkpoint_files._digest(metadata)
    (checkpoint / "metadata.json").write_text(json.dumps(metadata))


@pytest.mark.long
def test_a_structure_that_unpacks_to_far_more(spark, checkpoint):
    size = 64 << 20
    bomb = gzip.compress(b"\x0a" + varint(size) + bytes(size), 1)  # a name with this many letters
    assert len(bomb) < size // 100
    replace(checkpoint, "generator.structure.gz", bomb)
    with pytest.raises(ValueError, match=r"Received: \S*generator.structure.gz with more than 1\d{7} bytes"):
        GANModel.load(str(checkpoint))


def test_a_structure_is_looked_through(spark, builder, checkpoint):
    first_layer(builder).setModuleType("java.net.URLClassLoader")
    replace(checkpoint, "generator.structure.gz", gzip.compress(bytes(builder.build().toByteArray())))
    with pytest.raises(ValueError, match="generator.structure.gz with the class java.net.URLClassLoader"):
        GANModel.load(str(checkpoint))


@pytest.mark.long
@pytest.mark.parametrize("cut", [0, 5, -9])
def test_a_structure_that_is_cut_off(spark, checkpoint, cut):
    data = (checkpoint / "generator.structure.gz").read_bytes()
    replace(checkpoint, "generator.structure.gz", data[:cut])
    with pytest.raises(ValueError, match=r"Received: \S*generator.structure.gz with "):
        GANModel.load(str(checkpoint))


def test_weights_of_another_length(spark, checkpoint):
    replace(checkpoint, "generator.weights.f32", bytes(4))
    with pytest.raises(ValueError, match="must hold 66 values of float32. Received: 4 bytes"):
        GANModel.load(str(checkpoint))
