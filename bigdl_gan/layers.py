"""What dllib's Keras-style layers lack, with Keras's argument names and semantics.

A layer of dllib is a handle on an object in the driver's JVM: everything here needs the session of
`bigdl_gan.configure` and runs on the driver. Images are (C, H, W) throughout, the batch left out.
"""

import contextlib
from typing import Callable, Iterator, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from bigdl.dllib.keras.autograd import Lambda
from bigdl.dllib.keras.base import ZooKerasLayer
from bigdl.dllib.keras.engine.topology import KerasNet
from bigdl.dllib.keras.layers import Activation, Cropping2D, KerasLayerWrapper
from bigdl.dllib.keras.models import Sequential
from bigdl.dllib.nn import initialization_method as init_methods
from bigdl.dllib.nn.layer import Identity, SpatialFullConvolution
from bigdl.dllib.utils.common import callBigDlFunc

from bigdl_gan import _jvm
from bigdl_gan._numbers import to_integer, to_number

_CLIPPED = "clipped_images"  # by this name the core knows it
_INIT_METHODS = {  # the names that dllib's own Keras layers know, and what these mean by them
    "glorot_uniform": init_methods.Xavier,
    "normal": lambda: init_methods.RandomNormal(0.0, 0.05),
    "uniform": lambda: init_methods.RandomUniform(-0.05, 0.05),
    "zero": init_methods.Zeros,
    "one": init_methods.Ones,
}


@contextlib.contextmanager
def building() -> Iterator[None]:
    """Context in which layers are made: checks the session, and hides dllib's line per layer.

    Raises:
        RuntimeError: there is no Spark session that can run them. dllib would start one by itself, without its jars.
    """
    _jvm.attach()
    with _jvm.quiet_dllib():
        yield


def check_positive(**values: object) -> List[int]:
    """Every argument as Python's int, which is all that dllib takes; a positive one.

    Raises:
        TypeError, ValueError: one is not.
    """
    return [to_integer(name, value, least=1) for name, value in values.items()]


def ClippedImages() -> ZooKerasLayer:
    """The last layer of a generator without a tanh: says that its images are clipped to [-1, 1] when they are written.

    It changes nothing itself. Without it, a generator that ends in a linear layer is warned about.

    Returns:
        A layer for `Sequential.add` and for `layer(node)`.
    Raises:
        RuntimeError: there is no Spark session."""
    with building():
        return KerasLayerWrapper(Identity()).set_name(_CLIPPED)


class _Deferred(Lambda):
    """A layer that is made once the shape of its input is known.

    dllib's Python asks only a `Lambda` to make itself from its input's shape, in `Sequential.add` as well as in
    `layer(node)`.
    """

    def __init__(self, make: Callable[[Sequence[int]], ZooKerasLayer]) -> None:
        super().__init__(make)
        self._made = False

    def create(self, input_shapes: Sequence) -> ZooKerasLayer:
        """The layer for an input of that shape, the batch left out.

        Args:
            input_shapes: `Sequential.add` gives the shape, `layer(node)` a list with one shape for each node.
        Raises:
            ValueError: the layer already is in a model; a second one would not share its weights.
        """
        if self._made:
            raise ValueError("A layer must be used once. Received: a second use. Make another layer for it.")
        shapes = input_shapes if isinstance(input_shapes[0], (list, tuple)) else [input_shapes]
        layer = self.function(*shapes)
        self._made = True
        return layer


def Deconvolution2D(
    nb_filter: int, nb_row: int, nb_col: int, *, border_mode: str = "valid", subsample: Tuple[int, int] = (1, 1),
    init: str = "glorot_uniform", bias: bool = True, activation: Optional[str] = None,
    input_shape: Optional[Tuple[int, int, int]] = None, name: Optional[str] = None,
) -> ZooKerasLayer:  # fmt: skip
    """Transposed convolution, (C, H, W) -> (nb_filter, H', W'); Keras's Conv2DTranspose.

    With stride s and kernel k, H' is H * s for border_mode "same", and H * s + max(k - s, 0) for "valid". "same" takes
    max(k - s, 0) rows off the full result, the smaller half at the top. Where k < s, the s - k last rows hold the bias.

    Args:
        nb_filter, nb_row, nb_col: output channels; the kernel's height and width.
        border_mode: "valid" or "same".
        subsample: strides, (height, width).
        init: "glorot_uniform", "normal", "uniform", "zero" or "one"; the bias starts at zero.
        activation: one of dllib's activations by name, or None for a linear layer.
        input_shape: (C, H, W); needed only where nothing else tells the shape, as in a model's first layer.
    Returns:
        A layer for `Sequential.add` and for `layer(node)`. Its kernel is (1, C, nb_filter, nb_row, nb_col).
    Raises:
        ValueError: an argument breaks its rule; on use, the input is not (C, H, W).
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Conv2DTranspose`; dllib has border_mode "valid" only, and is shorter there for k < s.
    """
    nb_filter, nb_row, nb_col = check_positive(nb_filter=nb_filter, nb_row=nb_row, nb_col=nb_col)
    subsample = _check_strides(subsample)
    _check_one_of("border_mode", border_mode, ("valid", "same"))
    _check_one_of("init", init, tuple(_INIT_METHODS))
    rows, cols = _axis(nb_row, subsample[0], border_mode), _axis(nb_col, subsample[1], border_mode)

    def make(shape: Sequence[int]) -> ZooKerasLayer:
        with building():
            parts = [_transposed(shape, nb_filter, rows, cols, init=init, bias=bias)]
            if rows.crop or cols.crop:
                parts.append(Cropping2D(((0, rows.crop), (0, cols.crop))))
            if activation is not None:
                parts.append(Activation(activation))
            return _chained(parts, name)

    return _Deferred(make) if input_shape is None else make(input_shape)


class _Axis(NamedTuple):
    """How a transposed convolution treats one axis.

    `pad` rows come off either end and `extra` ones are appended, both by the convolution itself; `crop` more come off
    the far end, in a layer of their own.
    """

    kernel: int
    stride: int
    pad: int
    extra: int
    crop: int


def _axis(kernel: int, stride: int, border_mode: str) -> _Axis:
    surplus = max(kernel - stride, 0) if border_mode == "same" else 0
    return _Axis(kernel, stride, pad=surplus // 2, extra=max(stride - kernel, 0), crop=surplus % 2)


def _transposed(
    shape: Sequence[int], nb_filter: int, rows: _Axis, cols: _Axis, *, init: str, bias: bool
) -> KerasLayerWrapper:
    if len(shape) != 3:
        raise ValueError(
            f"Deconvolution2D's input must be (channels, height, width). Received: input_shape={tuple(shape)}"
        )
    layer = SpatialFullConvolution(
        shape[0], nb_filter, cols.kernel, rows.kernel, cols.stride, rows.stride,
        cols.pad, rows.pad, cols.extra, rows.extra, no_bias=not bias,
    )  # fmt: skip
    layer.set_init_method(_INIT_METHODS[init](), init_methods.Zeros())
    return KerasLayerWrapper(layer, input_shape=tuple(shape))


def _check_strides(subsample: object) -> List[int]:
    if not isinstance(subsample, (tuple, list)) or len(subsample) != 2:
        raise ValueError(f"`subsample` must be a pair (height, width). Received: subsample={subsample!r}")
    return check_positive(**{"subsample[0]": subsample[0], "subsample[1]": subsample[1]})


def _check_one_of(name: str, value: object, allowed: Tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"`{name}` must be one of {', '.join(map(repr, allowed))}. Received: {name}={value!r}")


def _chained(layers: List[ZooKerasLayer], name: Optional[str]) -> ZooKerasLayer:
    """The layers as one layer; the first one is a wrapper with the shape of its input."""
    layer = layers[0]
    if len(layers) > 1:
        chain = Sequential()
        for part in layers:
            chain.add(part)
        # a Sequential that is itself a layer breaks dllib's `model.layers`; a wrapped one does not
        layer = KerasLayerWrapper(chain, input_shape=layer.get_input_shape()[1:])
    return layer.set_name(name) if name else layer


def initialize(model: KerasNet, *, stddev: float = 0.02, seed: int = 0) -> KerasNet:
    """Redraw all kernels of a model from N(0, stddev) and set their biases to zero, in place.

    A kernel is a weight of two or more axes, in whatever nesting of models. Layers without one, such as batch
    normalisation, keep their weights; running statistics are never touched.

    Args:
        model: a `Sequential` or `Model` of dllib.
        seed: alone decides the weights of a given architecture, on any machine.
    Returns:
        The model.
    Raises:
        TypeError, ValueError: `stddev` is no finite number from 0 on.
    Source: Radford et al. 2016, arXiv:1511.06434, section 4.
    """
    stddev = to_number("stddev", stddev, least=0)
    rng = np.random.default_rng(seed)

    def draw(shape: Sequence[int]) -> np.ndarray:
        if len(shape) < 2:
            return np.zeros(shape, np.float32)
        return (stddev * rng.standard_normal(shape)).astype(np.float32)

    for layer in model.flattened_layers():
        # not layer.get_weights(): it copies every weight out of the JVM, and prints where there is none
        shapes = callBigDlFunc(layer.bigdl_type, "zooGetWeightsShape", layer.value) or []
        if any(len(shape) > 1 for shape in shapes):
            layer.set_weights([draw(shape) for shape in shapes])
    return model
