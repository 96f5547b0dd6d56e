"""Checks the Params about labels before training starts."""

from typing import List, Tuple

from pyspark.sql import DataFrame

from bigdl_gan.images.label_columns import CLASS_TYPES, FLAG_TYPES, check_label_columns
from bigdl_gan.params.gan_params import GANParams


def check_labels(dataset: DataFrame, params: GANParams, taken: Tuple[int, int]) -> List[str]:
    """Check the Params about labels; no Spark job.

    Args:
        taken: the numbers in the label vectors that generator and discriminator take; 0 for none.
    Returns:
        The columns of labels.
    Raises:
        ValueError: they break a rule, or do not fit the networks."""
    both = [name for name in ("labelCol", "labelCols") if params.isDefined(name)]
    if len(both) == 2:
        raise ValueError(
            f"`labelCol` and `labelCols` must not both be set. Received: labelCol={params.getLabelCol()!r}, "
            f"labelCols={params.getLabelCols()}. Clear one: gan.clear(gan.labelCol)."
        )
    if params.getBalanceClasses() and "labelCol" not in both:
        raise ValueError(
            "`labelCol` must be set with balanceClasses=True. Received: nothing. Set it, or balanceClasses=False."
        )
    if taken[0] != taken[1]:
        raise ValueError(
            "Both networks must take the same labels. Received: a generator that takes label vectors of "
            f"{taken[0]} numbers, and a discriminator that takes {taken[1]} (0: none). Build both with the same "
            "n_labels."
        )
    if not both:
        if taken[0]:
            raise ValueError(
                "`labelCol` or `labelCols` must be set with networks that take labels. Received: neither, and label "
                f"vectors of {taken[0]} numbers. Name the column, or build the networks without n_labels."
            )
        return []
    columns = [params.getLabelCol()] if both == ["labelCol"] else params.getLabelCols()
    if not taken[0]:
        raise ValueError(
            f"`{both[0]}` must be unset with networks that take no labels. Received: {both[0]}="
            f"{params.getOrDefault(both[0])!r}. Build both with n_labels, as in dcgan.generator(28, 1, n_labels=10)."
        )
    check_label_columns(dataset, both[0], columns, CLASS_TYPES if both == ["labelCol"] else FLAG_TYPES)
    if both == ["labelCols"] and taken[0] != len(columns):
        raise ValueError(
            f"The networks must take label vectors of {len(columns)} numbers, one for each column of `labelCols`. "
            f"Received: networks that take {taken[0]}. Build them with n_labels={len(columns)}."
        )
    return columns
