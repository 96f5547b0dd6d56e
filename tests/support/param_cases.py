"""What tests try on a table of Params: for each row values that it takes, and values that it refuses."""

from bigdl_gan.params.rules import Choice, Flag, Integer, Number, Seed, Text

CONVERTED = {  # of rules that are functions, which say nothing of what they take
    "size": [8, 8], "channels": 1, "crop": "box", "arrayShape": [4, 4, 1], "arrayRange": [-1.0, 1.0], "minSide": 2,
    "maxPixels": 99, "labelSmoothing": [0.1, 0.2], "labelCols": ["a", "b"], "augment": "cutout",
}  # fmt: skip


def other(row):
    """A value that the Param may have, and that is not its default."""
    rule = row.rule
    if isinstance(rule, (Integer, Seed)):
        return 3 if row.default is None else row.default + 1
    if isinstance(rule, Number):
        return max(rule.above or 0, rule.least or 0) + 1.5
    if isinstance(rule, Choice):
        return next((word for word in reversed(rule.among) if word != row.default), row.default)
    if isinstance(rule, Flag):
        return not row.default
    return f"another {row.name}" if isinstance(rule, Text) else CONVERTED[row.name]


def others(table):
    """Such a value of each plain Param."""
    return {row.name: other(row) for row in table if row.rule.is_plain}


def of_another_type(table):
    """(Param, value, the rule in the message): what a setter refuses with TypeError."""
    for row in table:
        if isinstance(row.rule, (Integer, Seed)):
            yield from ((row.name, value, "an integer") for value in ("8", 1.5, 2.0, True))
        elif isinstance(row.rule, Number):
            yield from ((row.name, value, "a finite number") for value in ("2", [1.0], True))
        elif isinstance(row.rule, (Choice, Text)):
            yield from ((row.name, value, "text") for value in (3, ["a"], b"a"))
        elif isinstance(row.rule, Flag):
            yield from ((row.name, value, "True or False") for value in (1, "True"))


def out_of_range(table):
    """(Param, value, the rule in the message): what a check refuses with ValueError."""
    for row in table:
        rule = row.rule
        if isinstance(rule, Integer):
            words = {0: "not be negative", 1: "be positive"}.get(rule.least, f"be at least {rule.least}")
            yield row.name, rule.least - 1, words
        elif isinstance(rule, Number):
            is_open = rule.above is not None
            bound = rule.above if is_open else rule.least
            yield row.name, bound - (0 if is_open else 1e-6), "be positive" if is_open else f"be at least {bound}"
        elif isinstance(rule, Choice):
            yield row.name, "another", f"be one of {', '.join(rule.among)}"
