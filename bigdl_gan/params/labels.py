"""The labels of a training's images, which a conditional model generates for."""

from collections.abc import Mapping as Mappings
from numbers import Integral
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Union

from bigdl_gan.params.values import to_number

Name = Union[int, str]
Label = Union[Name, Mapping[Name, float]]

MOST_COMBINATIONS = 4096  # of attributes, whose shares are kept
_MOST_SHOWN = 20  # names in a message


class Labels(NamedTuple):
    """What a training found in the columns of labels. A network takes a label as a vector, one number for each name.

    Attributes:
        columns: the column of the Param `labelCol`, or those of `labelCols`.
        names: the classes in ascending order, or the attributes' columns.
        is_one_hot: whether an image has one of the classes; if not, it has any number of the attributes.
        ones: of each different label, the places of the ones in its vector. Of attributes, at most the
            `MOST_COMBINATIONS` most frequent combinations.
        counts: how many images have each of these."""

    columns: List[str]
    names: List[Name]
    is_one_hot: bool
    ones: List[List[int]]
    counts: List[int]

    @staticmethod
    def from_json(saved: Dict[str, Any]) -> "Labels":
        """The labels that `as_json` made JSON of."""
        return Labels(**saved)

    def as_json(self) -> Dict[str, Any]:
        """An object for a checkpoint's or a model's metadata."""
        return dict(self._asdict())

    def shares(self) -> Dict[str, Any]:
        """The labels in the images' proportions, as the core draws them."""
        vectors = [[float(i in set(ones)) for i in range(len(self.names))] for ones in self.ones]
        return {"vectors": vectors, "counts": self.counts}

    def vectors(self, labels: Union[Label, Sequence[Label]], name: str = "labels") -> List[List[float]]:
        """The vectors of a label or of a list of labels.

        Args:
            labels: each a name, or a mapping from names to numbers; names that it lacks have 0.
            name: the argument's, for messages.
        Raises:
            TypeError, ValueError: a name is unknown, a number is not finite, or the list is empty."""
        one = isinstance(labels, (str, Integral, Mappings)) or not hasattr(labels, "__iter__")
        found = [self._vector(label, name) for label in ([labels] if one else labels)]  # type: ignore[list-item, union-attr]
        if not found:
            raise ValueError(f"`{name}` must have at least one label. Received: {labels!r}.")
        return found

    def _vector(self, label: Any, name: str) -> List[float]:
        weights = dict(label) if isinstance(label, Mappings) else {label: 1.0}
        vector = [0.0] * len(self.names)
        for key, weight in weights.items():
            plain = int(key) if isinstance(key, Integral) and not isinstance(key, bool) else key
            if plain not in self.names:
                raise ValueError(f"`{name}` must be among the model's labels: {self.listed()}. Received: {key!r}.")
            vector[self.names.index(plain)] = to_number(name, weight)
        return vector

    def listed(self) -> str:
        """The names, for a message."""
        shown = ", ".join(map(repr, self.names[:_MOST_SHOWN]))
        return shown if len(self.names) <= _MOST_SHOWN else f"{shown} and {len(self.names) - _MOST_SHOWN} more"
