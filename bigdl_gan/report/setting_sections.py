"""A report's sections on how the model came about: Params, networks, versions, and the code to make it again."""

from typing import Any, List, Mapping, NamedTuple, Sequence, Tuple, Union

from bigdl_gan.report.markup import Markup, element, joined, table
from bigdl_gan.report.page import LeftOut, Section

Part = Union[Section, LeftOut]


class Setting(NamedTuple):
    """A Param as a line of the table.

    Attributes:
        value, default: in words; "unset" if there is none.
        is_changed: whether the value is another than the default."""

    name: str
    value: str
    default: str
    meaning: str
    is_changed: bool


def params_section(settings: Sequence[Setting]) -> Section:
    """All Params: those that differ from their defaults, marked, and the others folded away."""
    changed, others = ([s for s in settings if s.is_changed == wanted] for wanted in (True, False))
    content = [element("p", f"{len(changed)} of {len(settings)} differ from their defaults.")]
    if changed:
        content.append(_params_table(changed, "Params that differ from their defaults"))
    if others:
        summary = element("summary", f"The other {len(others)} Params")
        content.append(element("details", summary, _params_table(others, "Params with their defaults, or unset")))
    return Section("params", "Params", joined(*content))


def _params_table(settings: Sequence[Setting], caption: str) -> Markup:
    rows = [
        (joined(element("code", s.name), " ", element("span", "changed", class_="chip") if s.is_changed else "",
                element("span", s.meaning, class_="meaning")),
         element("code", s.value), element("code", s.default))
        for s in settings
    ]  # fmt: skip
    marked = tuple(number for number, s in enumerate(settings) if s.is_changed)
    return table(("Param", "Value", "Default"), rows, caption=caption, marked=marked)


def networks_section(networks: Mapping[str, Mapping[str, Any]]) -> Part:
    """The layers of the networks.

    Args:
        networks: by role: `inputShape`, `outputShape` and `weights` as the core describes them, and `layers`: each
            one's name, class, output shape and number of weights."""
    if not networks:
        return LeftOut("Networks", "The model has no networks, or the JVM that holds them has ended.")
    content: List[Markup] = []
    for role, network in networks.items():
        rows = [(element("code", name), *others) for name, *others in network["layers"]]
        caption = (
            f"{role.capitalize()}: {_shape(network['inputShape'])} to {_shape(network['outputShape'])}, "
            f"{network['weights']:,} weights"
        )
        content.append(table(("Name", "Layer", "Output", "Weights"), rows, caption=caption, numbers=(3,)))
    text = "Shapes are without the batch. Running statistics count as no weights."
    return Section("networks", "Networks", joined(element("p", text), *content))


def _shape(shape: Sequence[int]) -> str:
    return "\u00a0\u00d7\u00a0".join(map(str, shape))  # 64 x 14 x 14, on one line


def versions_section(versions: Sequence[Tuple[str, str]]) -> Section:
    """What made the report.

    Args:
        versions: names and versions."""
    text = "Of the session that made this report. If the model was loaded, another one may have trained it."
    shown = table(("Software", "Version"), versions, caption="Software and machine")
    return Section("versions", "Versions", joined(element("p", text), shown))


def again_section(code: str, notes: Sequence[str]) -> Section:
    """The code that trains the model again.

    Args:
        notes: what else decides the result."""
    items = element("ul", *(element("li", note) for note in notes)) if notes else Markup()
    pre = element("pre", element("code", code), tabindex="0", role="region", aria_label="Code to train again")
    return Section("again", "Make it again", joined(pre, items))


def training_code(
    arguments: Mapping[str, str], imports: Sequence[str], given: Mapping[str, str], after: Sequence[str]
) -> str:
    """A program that trains with these arguments.

    Args:
        arguments: of the estimator but for its networks, by name, each a Python expression.
        imports: lines that the expressions need.
        given: names that the reader must supply, and what they are.
        after: lines that follow the training."""
    networks = {"generator": "generator", "discriminator": "discriminator"}
    lines = [f"    {name}={value}," for name, value in {**networks, **arguments}.items()]
    comments = [f"# {name}: {meaning}" for name, meaning in {**given, "df": "DataFrame of the training images"}.items()]
    return "\n".join([
        "from bigdl_gan import GANEstimator", *imports, "", *comments, "gan = GANEstimator(", *lines, ")",
        "model = gan.fit(df)", *after,
    ])  # fmt: skip
