"""What `GANEstimator` and `GANModel` have in common: Params, and the ways to copy them."""

from typing import Any, Dict, Optional, TypeVar

from bigdl_gan.params import optimizers
from bigdl_gan.params.gan_table import GAN_TABLE
from bigdl_gan.params.generated.gan_getters import GANGetters

# Params whose values are objects. Each is saved in a form of its own; callbacks are not saved.
OBJECT_PARAMS = tuple(GAN_TABLE.names(is_plain=False))

_Self = TypeVar("_Self", bound="GANParams")


class GANParams(GANGetters):
    """What is trained, on what, and how."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._setDefault(**GAN_TABLE.defaults())

    def copy(self: _Self, extra: Optional[Dict[Any, Any]] = None) -> _Self:
        """A copy that shares the networks but nothing else that can change."""
        return super().copy(extra)._own_values()

    def _own_values(self: _Self) -> _Self:
        """Replaces lists and optimisers, which other stages hold too, by copies."""
        for param, value in self._paramMap.items():
            if isinstance(value, list):
                self._paramMap[param] = list(value)
            elif param.name.endswith("Optimizer"):
                self._paramMap[param] = optimizers.copied(value)
        return self

    def __copy__(self: _Self) -> _Self:
        twin = type(self).__new__(type(self))
        twin.__dict__.update(self.__dict__)
        return twin

    def __reduce__(self) -> Any:
        raise TypeError(
            f"A {type(self).__name__} cannot be pickled: its networks live in the driver's JVM. Save it with "
            "write().save(path) and load it elsewhere, copy it with copy(), or generate images in tasks with "
            "model.transform(df)."
        )
