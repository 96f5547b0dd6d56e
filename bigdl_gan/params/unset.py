"""What reading a Param says if it has no value."""

from typing import Any

from pyspark.ml.param import Params


class Readable(Params):
    """A stage whose getters name a Param that is unset; pyspark prints only the Param."""

    def getOrDefault(self, param: Any) -> Any:
        """The Param's value or its default. Raises KeyError if it has neither."""
        known = self._resolveParam(param)
        if not self.isDefined(known):
            raise KeyError(
                f"`{known.name}` is unset and has no default. isDefined({known.name!r}) says so without an error."
            )
        return super().getOrDefault(known)
