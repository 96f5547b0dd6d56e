"""HTML as nested calls: all text and all attributes are escaped, so that nothing from data becomes markup."""

import html
import re
from typing import Any, Iterable, Sequence

_VOID = ("img", "meta")  # elements without content or end tag
# Control characters, which HTML forbids, and halves of surrogate pairs, which UTF-8 cannot hold
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Markup(str):
    """Text that is HTML already."""


def escaped(value: Any) -> Markup:
    """A value as HTML: `Markup` unchanged, None as nothing, anything else as its escaped text."""
    if isinstance(value, Markup):
        return value
    text = "" if value is None else str(value)
    return Markup(html.escape(_IMPOSSIBLE.sub("\ufffd", text)))


def joined(*parts: Any) -> Markup:
    """The parts as HTML, one after the other."""
    return Markup("".join(map(escaped, parts)))


def element(tag: str, *content: Any, **attributes: Any) -> Markup:
    """An element. "_" in an attribute's name stands for "-"; one at its end, as in `class_`, for nothing.

    An attribute that is None or False is left out; one that is True has no value."""
    written = ""
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        written += " " + name.rstrip("_").replace("_", "-")
        written += "" if value is True else f'="{html.escape(_IMPOSSIBLE.sub(chr(0xFFFD), str(value)))}"'
    if tag in _VOID:
        return Markup(f"<{tag}{written}>")
    return Markup(f"<{tag}{written}>{joined(*content)}</{tag}>")


def table(
    headers: Sequence[Any], rows: Iterable[Sequence[Any]], *, caption: Any, numbers: Sequence[int] = (),
    marked: Sequence[int] = (),
) -> Markup:  # fmt: skip
    """A table whose first column has its rows' headers. It scrolls by itself if the screen is narrower.

    Args:
        caption: what the table shows, for those who cannot see it, too.
        numbers: the columns that are aligned to the right.
        marked: the rows that stand out."""
    kinds = ["number" if column in numbers else None for column in range(len(headers))]
    head = joined(*(element("th", cell, scope="col", class_=kind) for cell, kind in zip(headers, kinds)))
    body = []
    for number, row in enumerate(rows):
        first, *others = row
        cells = [element("th", first, scope="row", class_=kinds[0])]
        cells += [element("td", cell, class_=kind) for cell, kind in zip(others, kinds[1:])]
        body.append(element("tr", *cells, class_="marked" if number in marked else None))
    inner = element(
        "table", element("caption", caption), element("thead", element("tr", head)), element("tbody", *body)
    )
    return element("div", inner, class_="scroll", tabindex="0", role="region", aria_label=_plain(caption))


def _plain(content: Any) -> str:
    return html.unescape(re.sub("<[^>]*>", "", escaped(content)))
