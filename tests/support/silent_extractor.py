"""A feature extractor that must not be used."""


class Silent:
    """Its use is an error: nothing may run."""

    def describe(self):
        raise AssertionError

    extract = describe
