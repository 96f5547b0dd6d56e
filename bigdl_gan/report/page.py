"""A page in one file: its style sheet inside, pictures as data URIs, no script, and nothing fetched."""

import base64
from pathlib import Path
from typing import Any, List, NamedTuple, Sequence, Tuple

from bigdl_gan.report.markup import Markup, element, joined

_STYLE = Path(__file__).with_name("page.css")
# What a browser may load for the page: nothing but its own style sheet and its own pictures
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


class Section(NamedTuple):
    """A part of the page.

    Attributes:
        name: unique; links within the page lead to it.
        content: HTML."""

    name: str
    title: str
    content: Markup


class LeftOut(NamedTuple):
    """A part that the page does not have.

    Attributes:
        reason: what is missing, and how to get it."""

    title: str
    reason: str


class Head(NamedTuple):
    """The page's beginning.

    Attributes:
        facts: names and values, the most important first.
        picture: HTML, or "" for none."""

    title: str
    subtitle: str
    facts: Sequence[Tuple[str, str]]
    picture: Markup


def page(head: Head, parts: Sequence[Any], *, made: str) -> bytes:
    """The file.

    Args:
        parts: `Section` and `LeftOut`, in the page's order.
        made: by what and when, for the page's end."""
    sections = [part for part in parts if isinstance(part, Section)]
    left_out = [part for part in parts if isinstance(part, LeftOut)]
    links = [(section.name, section.title) for section in sections] + ([("left-out", "Left out")] if left_out else [])
    body = [
        element("a", "Skip to the report", href="#report", class_="skip"),
        element("header", _head(head), class_="top"),
        element("nav", element("ul", *(element("li", element("a", title, href=f"#{name}")) for name, title in links)),
                aria_label="Sections"),
        element("main", *map(_section, sections), _left_out(left_out), id="report"),
        element("footer", element("p", made)),
    ]  # fmt: skip
    top = [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", head.title),
        element("style", Markup(_STYLE.read_text(encoding="utf-8"))),
    ]
    whole = element("html", element("head", *top), element("body", *body), lang="en")
    return f"<!doctype html>\n{whole}\n".encode()


def _head(head: Head) -> Markup:
    facts = [element("div", element("dt", name), element("dd", value)) for name, value in head.facts]
    text = element(
        "div", element("h1", head.title), element("p", head.subtitle, class_="subtitle"),
        element("dl", *facts, class_="facts"),
    )  # fmt: skip
    return joined(text, head.picture)


def _section(section: Section) -> Markup:
    return element(
        "section", element("h2", section.title, id=f"{section.name}-title"), section.content, id=section.name,
        aria_labelledby=f"{section.name}-title",
    )  # fmt: skip


def _left_out(parts: Sequence[LeftOut]) -> Markup:
    if not parts:
        return Markup()
    listed: List[Markup] = []
    for part in parts:
        listed += [element("dt", part.title), element("dd", part.reason)]
    return _section(Section("left-out", "Left out", element("dl", *listed, class_="left-out")))


def picture(data: bytes, *, alt: str, width: int, height: int, kind: str = "png", is_coarse: bool = False) -> Markup:
    """A picture inside the page.

    Args:
        data: the file.
        alt: what it shows.
        width, height: its size in pixels.
        kind: the file's format, "png" or "gif".
        is_coarse: whether its pixels are to be seen as such if it is enlarged."""
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    return element(
        "img", src=source, alt=alt, width=width, height=height, class_="coarse" if is_coarse else None,
        decoding="async",
    )  # fmt: skip
