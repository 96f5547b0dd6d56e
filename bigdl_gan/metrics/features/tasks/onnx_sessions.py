"""Runs an ONNX file on images by onnxruntime, in tasks."""

import socket
import sys
import types
from functools import partial
from typing import Any, Callable, List, NamedTuple, Sequence, Tuple

import numpy as np

from bigdl_gan.metrics.features.tasks.pixels import resized, with_channels
from bigdl_gan.metrics.features.tasks.windows import Runner

# Sessions outlive a task in a module of this name: the functions here are sent by value, and each task has its own copy
_KEPT = "bigdl_gan_onnx_sessions"
TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(uint8)": np.uint8}


class Recipe(NamedTuple):
    """How an image becomes the network's input, and which of its outputs are wanted.

    Args:
        size: height, width.
        mean, std: of levels 0 to 255, one or one for each channel; the input is (level - mean) / std.
        channels: "rgb", "bgr" or "grey".
        layout: "nchw" or "nhwc".
        kind: the input's type, a key of TYPES.
        outputs: the names of features and, if wanted, of probabilities.
        softmax: whether the latter are logits."""

    input_name: str
    size: Tuple[int, int]
    resize: str
    mean: Sequence[float]
    std: Sequence[float]
    channels: str
    layout: str
    kind: str
    outputs: Sequence[str]
    softmax: bool

    def prepare(self, pixels: np.ndarray) -> np.ndarray:
        """The network's input without the batch axis, from uint8 (H, W, C)."""
        levels = resized(with_channels(pixels, 1 if self.channels == "grey" else 3), self.size, self.resize)
        if self.kind == "tensor(uint8)":
            values = np.rint(levels).astype(np.uint8)
        else:
            mean, std = np.asarray(self.mean, np.float32), np.asarray(self.std, np.float32)
            values = ((levels - mean) / std).astype(TYPES[self.kind])
        values = values[:, :, ::-1] if self.channels == "bgr" else values
        return np.ascontiguousarray(values.transpose(2, 0, 1) if self.layout == "nchw" else values)

    def call(self, inputs: np.ndarray, session: Any) -> Tuple[np.ndarray, ...]:
        """The outputs, (N, F) each: an output (N, F, 1, 1) or (N, 1, 1, F) is flattened."""
        features, *others = session.run(list(self.outputs), {self.input_name: inputs})
        if features.ndim > 2 and max(features.shape[1:]) == features[0].size:
            features = features.reshape(len(features), -1)
        return (features, *(_softmax(logits) if self.softmax else logits for logits in others))


def onnx_runner(
    name: str, recipe: Recipe, *, read: Callable[[], bytes], digest: str, threads: int, names: Sequence[str],
    batch_size: int,
) -> Runner:  # fmt: skip
    """A runner of an ONNX file; to be made in the task, because it opens the file.

    Args:
        read: gives the file's content, if this worker has not opened it before.
        digest: the content's SHA-256."""
    session = _kept(read, digest, threads)
    return Runner(name, recipe.prepare, partial(recipe.call, session=session), names, batch_size)


def open_session(content: bytes, threads: int) -> Any:
    """onnxruntime's session of a file.

    Raises:
        RuntimeError: this Python has no onnxruntime."""
    try:
        import onnxruntime
    except ImportError as error:
        raise RuntimeError(
            "An ONNX file needs onnxruntime, on the driver and on the executors. Received: "
            f"{type(error).__name__}: {error} (host {socket.gethostname()}, Python {sys.executable}). Install it "
            "there: pip install 'bigdl_gan[onnx]' or pip install onnxruntime."
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # other tasks need the cores
    options.log_severity_level = 3  # errors
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _kept(read: Callable[[], bytes], digest: str, threads: int) -> Any:
    """This worker's session of the file. The last one is kept for the tasks that follow."""
    kept: List[Any] = vars(sys.modules.setdefault(_KEPT, types.ModuleType(_KEPT))).setdefault("latest", [])
    if not kept or kept[0] != (digest, threads):
        kept.clear()  # first: two large networks may not fit
        kept[:] = [(digest, threads), open_session(read(), threads)]
    return kept[1]


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
