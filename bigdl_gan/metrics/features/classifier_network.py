"""The network that `train_features` trains if none is given."""

from typing import Any, Sequence

from bigdl_gan.layers import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    HeNormal,
    Input,
    ReLU,
    Sequential,
)

_LAST_SIDE = 8  # pixels: a picture is halved until both sides have as many or fewer
_MOST_WIDTH = 256


def classifier(shape: Sequence[int], n_classes: int, *, width: int = 16, seed: int = 0) -> Any:
    """A convolutional network (C, H, W) -> (n_classes,) logits; its last hidden layer is a mean over pixels.

    3x3 convolutions, each with batch norm and ReLU, in pairs: the second one halves the picture and doubles the
    channels. After Simonyan & Zisserman 2015, arXiv:1409.1556, with strides for pooling as in Springenberg et al. 2015,
    arXiv:1412.6806, and with the global mean of Lin et al. 2014, arXiv:1312.4400.

    Args:
        width: channels of the first convolution.
        seed: decides the initial weights.
    Raises:
        RuntimeError: there is no Spark session."""
    height, columns = shape[1], shape[2]
    model, count = Sequential([Input(tuple(shape))]), 0

    def convolve(filters: int, stride: int) -> None:
        nonlocal count
        count += 1
        kernel = HeNormal(seed=seed * 1000 + count)
        model.add(Conv2D(filters, 3, stride, "same", use_bias=False, kernel_initializer=kernel))
        model.add(BatchNormalization(momentum=0.9, epsilon=1e-5))
        model.add(ReLU())

    convolve(width, 1)
    while max(height, columns) > _LAST_SIDE:
        width = min(2 * width, _MOST_WIDTH)
        height, columns = (height + 1) // 2, (columns + 1) // 2
        convolve(width, 2)
        convolve(width, 1)
    model.add(AveragePooling2D((height, columns)))
    model.add(Flatten())
    model.add(Dense(n_classes, kernel_initializer=HeNormal(seed=seed * 1000)))
    return model
