"""Embeddings of labels."""

from typing import Any, Dict, Optional, Tuple, Union

from bigdl.dllib.keras.base import ZooKerasLayer

from bigdl_gan.layers.construction import check_positive
from bigdl_gan.layers.core_layers import core_part
from bigdl_gan.layers.initializers import Fans, Initializer, to_initializer
from bigdl_gan.layers.kernels import KernelLayer
from bigdl_gan.layers.layer import Shape


class Embedding(KernelLayer):
    """A learned vector for each label, (labels,) -> (output_dim,).

    The input is a label vector: one-hot, which looks a vector up; or with a 1 for each of several attributes, whose
    vectors then add up; or any mix of these. Its weight is the table, a column for each label: (output_dim, labels).

    Args:
        output_dim: the vectors' length.
        embeddings_initializer: "random_uniform" (+-0.05), "glorot_uniform", "random_normal" (sigma 0.05), "zeros",
            "ones", "he_normal", "he_uniform", or an object such as `RandomNormal(stddev=1.0)`.
    Raises:
        TypeError, ValueError: an argument breaks its rule; on use, the input is not (labels,).
        RuntimeError: there is no Spark session.
    Source: Keras 3, `keras.layers.Embedding`.
    Differs: Keras takes a label's number, and needs to know how many there are. It is `Dense` without a bias."""

    n_axes = (1,)

    def __init__(
        self, output_dim: int, embeddings_initializer: Union[str, Initializer] = "random_uniform", *,
        input_shape: Any = None, name: Optional[str] = None,
    ) -> None:  # fmt: skip
        (output_dim,) = check_positive(output_dim=output_dim)
        initializer = to_initializer(embeddings_initializer, "embeddings_initializer")
        super().__init__(output_dim, None, False, initializer, input_shape, name)

    def description(self) -> Dict[str, Any]:
        return {"layer": "Embedding", "units": self.units}

    def kernel_shape(self, shape: Shape) -> Tuple[int, ...]:
        return self.units, shape[0]

    def fans(self, shape: Shape) -> Fans:
        return Fans(shape[0], self.units)

    def _kernel_part(self, shape: Shape) -> ZooKerasLayer:
        return core_part(self.description(), shape, self.initial_weights(shape))
