"""What the metrics ask of a feature extractor."""

from typing import Any, Dict, Protocol, Sequence, runtime_checkable

from pyspark.sql import DataFrame


@runtime_checkable
class FeatureExtractor(Protocol):
    """Turns images into vectors whose distances say how alike the images look.

    Any object with these two methods will do."""

    def describe(self) -> Dict[str, Any]:
        """What distinguishes its numbers from another's, as values that JSON can hold.

        Returns:
            At least `extractor` (its name), `layer`, `resizing` and `versions` (of packages, by name). Two extractors
            whose descriptions are equal give the same features, up to the machine's rounding."""
        ...

    def extract(self, df: DataFrame, image_col: str = "image", keep: Sequence[str] = ()) -> DataFrame:
        """The images' features, a row for each row of `df`, in its partitions; lazy.

        Args:
            image_col: Spark's image structs.
            keep: columns of `df` to keep beside the features.
        Returns:
            The columns in `keep`, then `features`: array<float> (F) and, for a classifier, `probabilities`:
            array<float> (K). They depend on the image alone."""
        ...
