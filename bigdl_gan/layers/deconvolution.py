"""Transposed convolution with Keras's argument names and semantics."""

from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

from bigdl.dllib.keras.autograd import Lambda
from bigdl.dllib.keras.base import ZooKerasLayer
from bigdl.dllib.keras.layers import Activation, Cropping2D, KerasLayerWrapper
from bigdl.dllib.keras.models import Sequential
from bigdl.dllib.nn import initialization_method as init_methods
from bigdl.dllib.nn.layer import SpatialFullConvolution

from bigdl_gan.layers.construction import building, check_positive

_INIT_METHODS = {  # the names that dllib's own Keras layers accept, with their meaning there
    "glorot_uniform": init_methods.Xavier,
    "normal": lambda: init_methods.RandomNormal(0.0, 0.05),
    "uniform": lambda: init_methods.RandomUniform(-0.05, 0.05),
    "zero": init_methods.Zeros,
    "one": init_methods.Ones,
}


class _Deferred(Lambda):
    """A layer that is built once its input's shape is known.

    Only a `Lambda` is built by dllib's Python from its input's shape, in `Sequential.add` as well as in `layer(node)`.
    """

    def __init__(self, make: Callable[[Sequence[int]], ZooKerasLayer]) -> None:
        super().__init__(make)
        self._made = False

    def create(self, input_shapes: Sequence) -> ZooKerasLayer:
        """The layer for an input of that shape, without the batch axis.

        Args:
            input_shapes: `Sequential.add` passes the shape, `layer(node)` a list with one shape for each node.
        Raises:
            ValueError: the layer already is in a model; a second copy would not share its weights.
        """
        if self._made:
            raise ValueError("A layer must be used only once. Received: a second use. Make another layer for it.")
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

    With stride s and kernel k, H' is H * s for border_mode "same", and H * s + max(k - s, 0) for "valid". "same" crops
    max(k - s, 0) rows from the full result, the smaller half at the top. If k < s, the last s - k rows hold the bias.

    Args:
        nb_filter, nb_row, nb_col: output channels; the kernel's height and width.
        border_mode: "valid" or "same".
        subsample: strides, (height, width).
        init: "glorot_uniform", "normal", "uniform", "zero" or "one"; the bias starts at zero.
        activation: the name of a dllib activation, or None for a linear layer.
        input_shape: (C, H, W); needed only if nothing else gives the shape, as in a model's first layer.
    Returns:
        A layer for `Sequential.add` and for `layer(node)`. Its kernel is (1, C, nb_filter, nb_row, nb_col).
    Raises:
        ValueError: an argument breaks its rule; on use, the input is not (C, H, W).
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Conv2DTranspose`; dllib has only border_mode "valid", and is shorter there for k < s.
    """
    nb_filter, nb_row, nb_col = check_positive(nb_filter=nb_filter, nb_row=nb_row, nb_col=nb_col)
    strides = _check_strides(subsample)
    _check_choice("border_mode", border_mode, ("valid", "same"))
    _check_choice("init", init, tuple(_INIT_METHODS))
    rows, cols = _axis(nb_row, strides[0], border_mode), _axis(nb_col, strides[1], border_mode)

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

    The convolution itself removes `pad` rows at either end and appends `extra` rows; a separate layer crops `crop` more
    at the far end.
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


def _check_choice(name: str, value: object, allowed: Tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"`{name}` must be one of {', '.join(map(repr, allowed))}. Received: {name}={value!r}")


def _chained(layers: List[ZooKerasLayer], name: Optional[str]) -> ZooKerasLayer:
    """The layers as one layer; the first one is a wrapper that knows its input's shape."""
    layer = layers[0]
    if len(layers) > 1:
        chain = Sequential()
        for part in layers:
            chain.add(part)
        # a Sequential used as a layer breaks dllib's `model.layers`; a wrapped one does not
        layer = KerasLayerWrapper(chain, input_shape=layer.get_input_shape()[1:])
    return layer.set_name(name) if name else layer
