"""The report's page: complete in itself, the same whatever text the data has, and readable by everybody."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
from html_reader import Page
from PIL import Image

from bigdl_gan.report import metric_sections, picture_sections, setting_sections, training_sections
from bigdl_gan.report.page import Head, LeftOut, Section, page
from bigdl_gan.report.pictures import Picture, of_file, of_pixels
from bigdl_gan.report.run_folder import Animation, Run, Series

HOSTILE = (
    "\"'></style></title><script src=https://evil.example/x></script><img src=//evil.example onerror=alert(1)>&\x00"
    "\ud800"
)
PIXELS = np.random.default_rng(0).integers(0, 256, (41, 6, 5, 3), np.uint8)


def large_png():
    """Some kilobytes that would fill 81 MB."""
    stream = io.BytesIO()
    Image.new("1", (9000, 9000)).save(stream, "PNG")
    return stream.getvalue()


def rows(n):
    return [
        {"iteration": i, "images": 8 * i, "seconds": 0.5 * i, "loss/generator": 1 / i, "seconds/decode": 0.001,
         "seconds/compute": 0.004, "metric/<a href=http://evil.example>": 3.0}
        for i in range(1, n + 1)
    ]  # fmt: skip


def result(name, **others):
    return SimpleNamespace(**{
        "name": name, "value": 0.25, "interval": (0.2, 0.3), "details": {"subset_mean": 0.26, "values": [1, 2]},
        "settings": {}, "caution": "", "is_larger_better": False, "n_fakes": 2000, "n_reals": 10_000, "seed": 3,
        "extractor": {"extractor": "digits", "layer": "last", "resizing": "none"}, "by_class": {}, **others,
    })  # fmt: skip


def parts(word):
    """Every section, with `word` wherever text comes from the data or the user."""
    sheet = of_pixels(PIXELS[0])
    run = Run([Series("", {0: sheet, 9: sheet}, 30), Series(word, {5: sheet}, 1)], [Animation(word, sheet, 7)], [word])
    results = {
        "kid": result("kid", caution=word, by_class={word: result("kid")}, settings={"k": word}),
        word: result(word, interval=None, extractor={}, is_larger_better=True),
    }
    layers = [(word, word, "(4, 5)", "1,234")]
    network = {"inputShape": [3], "outputShape": [1, 4, 4], "weights": 99, "layers": layers}
    setting = setting_sections.Setting(word, word, word, word, True)
    pair = picture_sections.Pair(PIXELS[0], PIXELS[1], word, word, 0.5, 0.1)
    code = setting_sections.training_code({"loss": repr(word)}, [word], {"generator": word}, [word])
    return [
        training_sections.training_curves(rows(60)), metric_sections.metrics_section(results),
        picture_sections.over_time(run, word), picture_sections.interpolation(PIXELS, n_paths=5, seed=0),
        picture_sections.nearest_pairs([pair, pair], n_measured=64),
        setting_sections.params_section([setting, setting._replace(is_changed=False)]),
        setting_sections.networks_section({"generator": network}), training_sections.throughput(rows(60)),
        setting_sections.versions_section([(word, word)]), setting_sections.again_section(code, [word]),
        LeftOut(word, word),
    ]  # fmt: skip


def written(word, some=None):
    samples = picture_sections.sample_figure(PIXELS[:10], columns=4, caption=word)
    data = page(Head(word, word, [(word, word)], samples), parts(word) if some is None else some, made=word)
    assert data.startswith(b"<!doctype html>")
    return Page(data)


@pytest.fixture(scope="module")
def shown():
    return written("plain")


@pytest.mark.parametrize("word", ["plain", HOSTILE, "https://example.org/a.png", "javascript:alert(1)", "{}%s</p>"])
def test_nothing_leaves_the_file(word):
    assert written(word).requests() == []


def test_the_policy_forbids_it_too(shown):
    """Should something have been overlooked, the browser refuses."""
    (policy,) = [a["content"] for tag, a in shown.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_text_of_the_data_never_becomes_markup(shown):
    """The same elements and attributes, whatever the text; and the text is all there."""
    hostile = written(HOSTILE)
    assert hostile.structure == shown.structure
    assert hostile.styles == shown.styles
    seen = HOSTILE.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert hostile.text.count(seen) > 20


def test_the_reader_finds_what_the_page_must_not_have():
    """Otherwise the tests above could not fail."""
    bad = (
        b"<p><script src=x></script><img src='http://e/x.png' onload='f()'><a href='https://e'>x</a>"
        b"<b style='background:url(x)'></b><style>@import 'x';\nb{background:url(http://e)}</style></p>"
    )
    assert len(Page(bad).requests()) == 8
    assert Page(b"<p>data</p>").structure != Page(b"<p><b>data</b></p>").structure
    with pytest.raises(AssertionError, match="without an end"):
        Page(b"<p><b>")


def test_the_sections_are_in_order_and_linked(shown):
    names = ["curves", "metrics", "over-time", "interpolation", "nearest", "params", "networks", "throughput",
             "versions", "again", "left-out"]  # fmt: skip
    assert [a["id"] for tag, a in shown.tags if tag == "section"] == names
    assert [a["href"] for tag, a in shown.tags if tag == "a"] == ["#report", *(f"#{name}" for name in names)]
    ids = [a["id"] for _, a in shown.tags if "id" in a]
    assert len(set(ids)) == len(ids)
    assert {a["aria-labelledby"] for tag, a in shown.tags if tag == "section"} <= set(ids)


def test_everybody_can_read_it(shown):
    pictures = [a for tag, a in shown.tags if tag == "img"]
    assert len(pictures) == 10 and all(a["alt"] and int(a["width"]) and int(a["height"]) for a in pictures)
    tags = [tag for tag, _ in shown.tags]
    assert tags.count("caption") == tags.count("table") and tags.count("h1") == tags.count("main") == 1
    assert all(a.get("scope") in ("col", "row") for tag, a in shown.tags if tag == "th")
    assert ("html", {"lang": "en"}) in shown.tags
    for rule in ("prefers-color-scheme: dark", "@media print", "max-width: 480px"):
        assert rule in shown.styles


def test_what_is_left_out_is_named():
    last = Section("again", "Make it again", setting_sections.Markup())
    few = written("x", [LeftOut("Metrics", "reals not given"), last])
    assert few.titles() == ["Make it again", "Left out"]
    assert "Metrics" in few.text and "reals not given" in few.text
    assert written("x", [last]).titles() == ["Make it again"]


def test_metrics(shown):
    cells = [text.strip() for path, text in shown.texts if "table" in path]
    start = cells.index("Kernel distance")
    assert cells[start:start + 10] == [
        "Kernel distance", "kid", "subset_mean 0.26", "Caution: plain", "0.25", "0.2 to 0.3", "0", "2,000",
        "10,000", "k=plain",
    ]  # fmt: skip
    assert "extractor digits, layer last, resizing none. Seed 3" in shown.text
    assert "arXiv:1801.01401" in shown.text and "A metric of the user's own." in shown.text


def test_changed_params_come_first_and_are_marked():
    make = setting_sections.Setting
    page = Page(setting_sections.params_section([
        make("seed", "0", "0", "Decides.", False), make("batchSize", "64", "32", "Images.", True),
    ]).content.encode())  # fmt: skip
    assert "1 of 2 differ from their defaults." in page.text
    assert [a.get("class") for tag, a in page.tags if tag == "tr"] == [None, "marked", None, None]
    assert page.text.index("batchSize") < page.text.index("seed")
    (details,) = [place for place, (tag, _) in enumerate(page.tags) if tag == "details"]
    assert details > [tag for tag, _ in page.tags].index("table")


def test_histories_without_what_is_needed():
    assert training_sections.training_curves([]).reason.startswith("The model has no history")
    assert training_sections.throughput([]).reason.startswith("The model has no history")
    assert "no two rows" in training_sections.throughput([{"iteration": 1, "loss/generator": 1.0}]).reason
    assert "too few to smooth" in Page(training_sections.training_curves(rows(3)).content.encode()).text


def test_throughput():
    text = Page(training_sections.throughput(rows(60)).content.encode()).text
    assert "16 images per second over the whole training, 16 in the median row" in text  # 8 images in half a second
    assert "1.0 20% " in text and "4.0 80%" in text  # 1 and 4 ms


def test_pictures_are_no_larger_than_a_page_needs():
    wide = of_pixels(np.zeros((30, 3000, 3), np.uint8))
    assert wide.size == (1000, 10) and Image.open(io.BytesIO(wide.data)).size == (1000, 10)
    small = of_pixels(PIXELS[0])
    assert (small.kind, small.size) == ("png", (5, 6))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(small.data))), PIXELS[0])
    assert 'class="coarse"' in small.shown("x") and "coarse" not in Picture(b"", "png", (600, 9)).shown("x")


@pytest.mark.parametrize("data, message", [
    (b"<svg onload=alert(1)>", "no complete picture"), (b"", "no complete picture"),
    (of_pixels(np.full((40, 40, 1), 9, np.uint8)).data[:60], "no complete picture"),
    (b"\x89PNG" + bytes(17 << 20), "more than 16,777,216"),
    (large_png(), "it has 9000 x 9000 pixels, more than 64,000,000"),
])  # fmt: skip
def test_refuses_files_that_are_no_pictures(data, message):
    with pytest.raises(ValueError, match=message):
        of_file(data)


def test_paths_share_their_ends():
    """Rows 0 to 8, 8 to 16...: 5 x 9 cells of 6 x 5 pixels with 2 between."""
    made = picture_sections.interpolation(PIXELS, n_paths=5, seed=0)
    (source,) = [a["src"] for tag, a in Page(made.content.encode()).tags if tag == "img"]
    expected = np.concatenate([PIXELS[8 * row:8 * row + 9] for row in range(5)])
    sheet = of_pixels(picture_sections.grid(expected, rows=5, cols=9))
    assert source == Page(sheet.shown("x").encode()).tags[0][1]["src"]
