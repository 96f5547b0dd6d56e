"""What callbacks left in a run's folder."""

import numpy as np
import pytest

from bigdl_gan import images
from bigdl_gan.report.run_folder import chosen, read_run


def write(path, value=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(images.png(np.full((4, 6, 1), value, np.uint8)))


def test_grids_and_animations_in_the_folder_and_in_those_in_it(tmp_path):
    for number in (0, 100, 200):
        write(tmp_path / f"{number:08d}.png")
    write(tmp_path / "samples" / "00000007.png", 7)
    write(tmp_path / "deep" / "er" / "00000001.png")  # two levels down: not looked for
    write(tmp_path / "curves.png")
    write(tmp_path / "123.png")
    frames = [np.full((4, 4, 3), value, np.uint8) for value in (0, 99)]
    (tmp_path / "film.gif").write_bytes(images.gif(frames, [100, 100], comment='{"iterations": [0, 350]}'))
    (tmp_path / "samples" / "other.GIF").write_bytes(images.gif(frames, [100, 100], comment='{"iterations": "no"}'))
    run = read_run(f"{tmp_path}/")
    assert [(series.folder, list(series.grids), series.n_grids) for series in run.series] == [
        ("", [0, 100, 200], 3), ("samples", [7], 1),
    ]  # fmt: skip
    assert run.series[1].grids[7].data == (tmp_path / "samples" / "00000007.png").read_bytes()
    assert [(found.name, found.last, found.picture.kind) for found in run.animations] == [
        ("film.gif", 350, "gif"), ("samples/other.GIF", 0, "gif"),
    ]  # fmt: skip
    assert run.unreadable == []


def test_damaged_files_are_named(tmp_path):
    (tmp_path / "00000001.png").write_bytes(b"<script>")
    (tmp_path / "00000002.png").write_bytes(images.png(np.zeros((30, 30, 1), np.uint8))[:50])
    (tmp_path / "a.gif").write_bytes(b"GIF89a")
    run = read_run(str(tmp_path))
    assert (run.series, run.animations) == ([], [])
    assert [line.split(":")[0] for line in run.unreadable] == ["00000001.png", "00000002.png", "a.gif"]


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        read_run(str(tmp_path / "nowhere"))


@pytest.mark.parametrize("numbers, expected", [
    ([5], [5]), ([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]),
    (range(0, 1301, 100), [0, 100, 200, 300, 700, 1300]),  # near 81, 162, 325, 650
    (range(1000, 1010), [1000, 1001, 1002, 1003, 1004, 1009]),  # a resumed training
])  # fmt: skip
def test_few_of_many_and_most_of_them_early(numbers, expected):
    assert chosen(list(numbers)) == expected
