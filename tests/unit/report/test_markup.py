"""HTML from data: escaped, whatever it is."""

from html_reader import Page

from bigdl_gan.report.markup import Markup, element, escaped, joined, table


def test_text_and_attributes_are_escaped():
    made = element("p", "<b>&\"'", " ", 3, title="\"><script>'")
    assert made == "<p title=\"&quot;&gt;&lt;script&gt;&#x27;\">&lt;b&gt;&amp;&quot;&#x27; 3</p>"


def test_what_is_html_already_stays():
    assert element("p", element("b", "<"), Markup("<i></i>"), None) == "<p><b>&lt;</b><i></i></p>"
    assert isinstance(joined("a", Markup("b")), Markup) and joined("<", Markup("<br>")) == "&lt;<br>"


def test_attributes():
    made = element("a", "x", class_="c", aria_label="l", hidden=True, href=None, open=False, tabindex=0)
    assert made == '<a class="c" aria-label="l" hidden tabindex="0">x</a>'
    assert element("img", alt="") == '<img alt="">'


def test_characters_that_no_page_can_hold():
    """NUL, an escape and half a surrogate pair would make the file invalid, or not writable at all."""
    found = escaped("a\x00b\x1bc\ud800d\te")
    assert found == "a\ufffdb\ufffdc\ufffdd\te" and found.encode()
    assert element("p", title="\ud800").encode() == '<p title="\ufffd"></p>'.encode()


def test_a_table_has_headers_for_rows_and_columns():
    made = table(("Name", "Value"), [("<a>", 1), ("b", 2)], caption=joined("The ", element("b", "<t>")), numbers=(1,),
                 marked=(1,))  # fmt: skip
    page = Page(made.encode())
    assert [attributes.get("scope") for tag, attributes in page.tags if tag == "th"] == ["col", "col", "row", "row"]
    assert [text for path, text in page.texts if path[-1] in ("th", "td")] == ["Name", "Value", "<a>", "1", "b", "2"]
    assert [attributes.get("class") for tag, attributes in page.tags if tag == "td"] == ["number", "number"]
    assert [attributes.get("class") for tag, attributes in page.tags if tag == "tr"] == [None, None, "marked"]
    assert page.tags[0][1]["aria-label"] == "The <t>"
