"""`OnnxFeatures`: features by a network in an ONNX file, such as Inception, CLIP or DINO."""

import hashlib
from functools import partial
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from pyspark.broadcast import Broadcast
from pyspark.sql import DataFrame

from bigdl_gan.jvm import driver_files
from bigdl_gan.metrics.features.extraction import check_columns, output_names, with_outputs
from bigdl_gan.metrics.features.python_function import version_of
from bigdl_gan.metrics.features.tasks.onnx_sessions import TYPES, Recipe, onnx_runner, open_session
from bigdl_gan.metrics.features.tasks.pixels import FILTERS
from bigdl_gan.params.values import MOST_INT, check_one_of, to_integer, to_number

_CHANNELS = {"rgb": 3, "bgr": 3, "grey": 1}
_LAYOUTS = {"nchw": (1, 2, 3), "nhwc": (3, 1, 2)}  # the axes of channels, height and width
_PACKAGES = ("onnxruntime", "pillow", "numpy")


class OnnxFeatures:
    """Features by an ONNX file of yours, run by onnxruntime on the executors (`pip install 'bigdl_gan[onnx]'`).

    The driver reads the file once and sends it; each Python worker opens it once and uses as many threads as a task has
    cores. Nothing in an ONNX file is code, and nothing is downloaded.

    An image becomes the network's input in this order: channels, size, (level - mean) / std, layout. It is stretched if
    its proportions differ.

    Args:
        path: a local file, or a URI of any file system that Hadoop reaches. One file with all weights, at most 2 GB.
        name: in results; if empty, the file's name.
        output_name: the output with the features, (N, F), (N, F, 1, 1) or (N, 1, 1, F). May be empty if the file has
            one output.
        probabilities_name: the output with the classes' probabilities (N, K); if empty, there are none.
        softmax: whether that output holds logits instead.
        input_name: may be empty if the file has one input.
        size: height and width in pixels, as one number or two; may be empty if the file fixes them.
        resize: "bicubic" is clean-fid's: Pillow's bicubic on each channel as float32, antialiased, clipped to 0..255,
            not rounded. "bilinear", "lanczos" and "box" likewise. "none" takes only images that have the size.
        mean, std: the input is (level - mean) / std, levels 0 to 255; a number, or one for each channel (red, green,
            blue). For torchvision's networks: mean=(123.675, 116.28, 103.53), std=(58.395, 57.12, 57.375).
        channels: "rgb", "bgr" or "grey". Grey images are repeated, colour ones become luma.
        layout: "nchw" or "nhwc".
        batch_size: images in each call; if the file fixes it, that number.
    Raises:
        OSError: the file cannot be read.
        RuntimeError: onnxruntime is not installed; `path` is a URI, and there is no Spark session.
        TypeError, ValueError: an argument breaks its rule, or does not fit the file.
    """

    def __init__(
        self, path: str, *, name: str = "", output_name: str = "", probabilities_name: str = "", softmax: bool = False,
        input_name: str = "", size: Union[int, Sequence[int]] = (), resize: str = "bicubic",
        mean: Union[float, Sequence[float]] = 0.0, std: Union[float, Sequence[float]] = 1.0, channels: str = "rgb",
        layout: str = "nchw", batch_size: int = 32,
    ) -> None:  # fmt: skip
        check_one_of("resize", resize, (*FILTERS, "none"))
        check_one_of("channels", channels, _CHANNELS)
        check_one_of("layout", layout, _LAYOUTS)
        means, deviations = _numbers("mean", mean, channels), _numbers("std", std, channels)
        if 0.0 in deviations:
            raise ValueError(f"`std` must not be 0. Received: std={std!r}.")
        batch_size = to_integer("batch_size", batch_size, least=1, most=MOST_INT)
        self._content = driver_files.read(str(path))
        self._digest = hashlib.sha256(self._content).hexdigest()
        self._name = name or str(path).rstrip("/").rpartition("/")[2]
        network = _Network.of(_open(self._content, str(path)), str(path))
        given = network.input(input_name)
        if given.kind not in TYPES:
            raise ValueError(
                f"The file's input must be one of {', '.join(TYPES)}. Received: {given.name} of type {given.kind}."
            )
        if given.kind == "tensor(uint8)" and (set(means), set(deviations)) != ({0.0}, {1.0}):
            raise ValueError(
                f"`mean` and `std` must be 0 and 1, because the file takes uint8. Received: mean={mean!r}, std={std!r}."
            )
        outputs = [network.output("output_name", output_name).name]
        if probabilities_name:
            outputs.append(network.output("probabilities_name", probabilities_name).name)
        height_width, fixed_batch = _input_size(given, size, channels, layout)
        self._recipe = Recipe(
            given.name, height_width, resize, means, deviations, channels, layout, given.kind, tuple(outputs),
            bool(softmax),
        )  # fmt: skip
        self._batch_size = fixed_batch or batch_size
        self._names = output_names(bool(probabilities_name))
        self._sent: Tuple[str, Optional[Broadcast]] = ("", None)

    def __getstate__(self) -> Dict[str, Any]:
        """A copy elsewhere sends the file anew."""
        return {**self.__dict__, "_sent": ("", None)}

    def describe(self) -> Dict[str, Any]:
        """What distinguishes its numbers from another's; see `FeatureExtractor`. `sha256` is the file's."""
        recipe = self._recipe
        filters = "none" if recipe.resize == "none" else f"{recipe.resize} (Pillow, float32, antialiased, not rounded)"
        return {
            "extractor": self._name, "layer": recipe.outputs[0], "resizing": filters,
            "size": list(recipe.size), "mean": list(recipe.mean), "std": list(recipe.std),
            "channels": recipe.channels, "layout": recipe.layout, "probabilities": list(recipe.outputs[1:]),
            "softmax": recipe.softmax, "sha256": self._digest,
            "versions": {package: version_of(package) for package in _PACKAGES},
        }  # fmt: skip

    def extract(self, df: DataFrame, image_col: str = "image", keep: Sequence[str] = ()) -> DataFrame:
        """The features of a DataFrame's images; lazy. See `FeatureExtractor`.

        Raises:
            ValueError, TypeError: a column is missing or has another type; before any Spark job. A task fails if an
                image is null or damaged, or if its executor lacks onnxruntime, which the error says."""
        check_columns(df, image_col, keep, self._names)
        context = df.sparkSession.sparkContext
        threads = int(context.getConf().get("spark.task.cpus", "1"))
        if self._sent[0] != context.applicationId:
            self._sent = (context.applicationId, context.broadcast(self._content))
        make = partial(
            onnx_runner, self._name, self._recipe, digest=self._digest, threads=threads, names=self._names,
            batch_size=self._batch_size,
        )  # fmt: skip
        return with_outputs(df, image_col, keep, names=self._names, make=make, attachment=self._sent[1])


class _End(NamedTuple):
    """An input or an output of a file: axes without a fixed length are None."""

    name: str
    kind: str
    shape: Sequence[Optional[int]]

    def __str__(self) -> str:
        return f"{self.name} ({', '.join('?' if axis is None else str(axis) for axis in self.shape)})"


class _Network(NamedTuple):
    """What a file says about its ends."""

    path: str
    inputs: List[_End]
    outputs: List[_End]

    @classmethod
    def of(cls, session: Any, path: str) -> "_Network":
        def ends(nodes: Any) -> List[_End]:
            return [_End(n.name, n.type, [a if isinstance(a, int) and a > 0 else None for a in n.shape]) for n in nodes]

        return cls(path, ends(session.get_inputs()), ends(session.get_outputs()))

    def input(self, name: str) -> _End:
        end = _chosen("input_name", name, self.inputs, self.path)
        if len(self.inputs) > 1:
            raise ValueError(
                f"`path` must be a network of one input. Received: {self.path} with {_listed(self.inputs)}. Export it "
                "with the image as its only input."
            )
        return end

    def output(self, argument: str, name: str) -> _End:
        end = _chosen(argument, name, self.outputs, self.path)
        lengths = [axis for axis in end.shape[1:] if axis not in (1, None)]
        if len(end.shape) < 2 or len(lengths) > 1:
            raise ValueError(
                f"`{argument}` must name an output (N, F). Received: {end}; {self.path} has {_listed(self.outputs)}. "
                "Name another, or add a pooling to the file: docs/features.md shows how."
            )
        return end


def _chosen(argument: str, name: str, ends: List[_End], path: str) -> _End:
    found = [end for end in ends if end.name == name or not name]
    if len(found) != 1:
        raise ValueError(f"`{argument}` must name one of {_listed(ends)} of {path}. Received: {argument}={name!r}.")
    return found[0]


def _listed(ends: List[_End]) -> str:
    return ", ".join(map(str, ends))


def _open(content: bytes, path: str) -> Any:
    """A session on the driver. Raises ValueError if onnxruntime cannot read the file."""
    try:
        return open_session(content, 1)
    except RuntimeError as error:
        if isinstance(error.__cause__, ImportError):
            raise
        raise ValueError(_unreadable(path, error)) from error
    except Exception as error:  # onnxruntime's exceptions have no class in common
        raise ValueError(_unreadable(path, error)) from error


def _unreadable(path: str, error: Exception) -> str:
    cause = (str(error) or type(error).__name__).splitlines()[0]
    return f"`path` must be one ONNX file, with its weights, that onnxruntime can read. Received: {path}: {cause}"


def _numbers(name: str, value: Any, channels: str) -> Tuple[float, ...]:
    n_channels = _CHANNELS[channels]
    values = [value] if not isinstance(value, (list, tuple)) and not hasattr(value, "__len__") else list(value)
    if len(values) not in (1, n_channels):
        raise ValueError(f"`{name}` must be a number, or {n_channels} numbers. Received: {name}={value!r}.")
    return tuple(to_number(name, number) for number in values)


def _input_size(given: _End, size: Any, channels: str, layout: str) -> Tuple[Tuple[int, int], int]:
    """The input's height and width, and its batch size if the file fixes that, otherwise 0.

    Raises:
        ValueError: they are not known, or do not fit the file."""
    if len(given.shape) != 4:
        raise ValueError(f"The file's input must have four axes, as {layout} has. Received: {given}.")
    axes = [given.shape[axis] for axis in _LAYOUTS[layout]]
    n_channels = _CHANNELS[channels]
    if axes[0] not in (None, n_channels):
        raise ValueError(
            f"`channels` and `layout` must fit the file's input. Received: channels={channels!r}, layout={layout!r} "
            f"for {given}."
        )
    pair = [size, size] if not isinstance(size, (list, tuple)) else list(size) or axes[1:]
    if len(pair) != 2 or None in pair:
        raise ValueError(
            f"`size` must be height and width, because the file's input does not fix them. Received: size={size!r} for "
            f"{given}. Write, for example, size=224."
        )
    height, width = (to_integer("size", side, least=1, most=MOST_INT) for side in pair)
    if any(fixed not in (None, side) for fixed, side in zip(axes[1:], (height, width))):
        raise ValueError(f"`size` must fit the file's input. Received: size={size!r} for {given}.")
    return (height, width), given.shape[0] or 0
