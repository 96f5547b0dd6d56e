"""Reads a page as a browser would, and finds whatever could make a request."""

import re
from html.parser import HTMLParser

_VOID = {"img", "meta"}
_ACTIVE = {"script", "link", "iframe", "object", "embed", "base", "form", "audio", "video", "source", "use", "image"}
_ADDRESSES = {"src", "href", "srcset", "xlink:href", "action", "data", "poster", "background", "ping"}


class Page(HTMLParser):
    """A parsed page.

    Attributes:
        tags: (name, attributes) of each element, in order.
        texts: (path of element names, text)."""

    def __init__(self, data):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.open, self.styles = [], [], [], ""
        self.feed(data.decode())
        self.close()
        assert self.open == [], "elements without an end"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data):
        if self.open[-1:] == ["style"]:
            self.styles += data
        elif data.strip():
            self.texts.append((tuple(self.open), data))

    @property
    def text(self):
        """All visible text."""
        return " ".join(text for _, text in self.texts)

    @property
    def structure(self):
        """What the data must not change: the elements and the names of their attributes."""
        return [(tag, sorted(attributes)) for tag, attributes in self.tags]

    def titles(self):
        """Of the sections."""
        return [text for path, text in self.texts if path[-1] == "h2"]

    def requests(self):
        """Whatever would leave the file: elements, addresses, style rules, handlers."""
        found = [tag for tag, _ in self.tags if tag in _ACTIVE]
        for _, attributes in self.tags:
            for name, value in attributes.items():
                if name in _ADDRESSES and not re.match(r"#|data:image/(png|gif);base64,[A-Za-z0-9+/=]+$", value or ""):
                    found.append(f"{name}={value}")
                if name.startswith("on") or name == "style" and "url" in value:
                    found.append(f"{name}={value}")
        return found + re.findall(r"@import.*|url\([^#].*|https?:.*", self.styles)
