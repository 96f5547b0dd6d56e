import pytest

from bigdl_gan import _hadoop


@pytest.mark.parametrize("length", [0, 5, _hadoop._BLOCK + 1])
def test_what_is_written_is_read(spark, tmp_path, length):
    path = (tmp_path / "new" / "f").as_uri()
    data = bytes(i * 31 % 256 for i in range(251)) * (length // 251 + 1)
    _hadoop.write_bytes(spark, path, data[:length], overwrite=False)
    assert _hadoop.read_bytes(spark, path) == data[:length]
    assert (tmp_path / "new" / "f").stat().st_size == length


def test_overwrite_is_asked_for(spark, tmp_path):
    path = (tmp_path / "f").as_uri()
    _hadoop.write_bytes(spark, path, b"one", overwrite=False)
    with pytest.raises(FileExistsError, match=f"`path` must not exist yet. Received: path={path}"):
        _hadoop.write_bytes(spark, path, b"two", overwrite=False)
    _hadoop.write_bytes(spark, path, b"two", overwrite=True)
    assert _hadoop.read_bytes(spark, path) == b"two"


def test_list_rename_delete(spark, tmp_path):
    folder = tmp_path.as_uri()
    for name in ("b", "a"):
        _hadoop.write_bytes(spark, f"{folder}/{name}", b"x", overwrite=False)
    assert [name for name in _hadoop.list(spark, folder) if not name.startswith(".")] == ["a", "b"]
    with pytest.raises(FileExistsError, match="`target` must not exist yet"):
        _hadoop.rename(spark, f"{folder}/a", f"{folder}/b")
    _hadoop.rename(spark, f"{folder}/a", f"{folder}/c")
    assert not _hadoop.exists(spark, f"{folder}/a")
    assert _hadoop.exists(spark, f"{folder}/c")
    _hadoop.delete(spark, folder)
    _hadoop.delete(spark, folder)  # nothing there any more
    assert not tmp_path.exists()


def test_errors_name_the_path_and_the_java_cause(spark, tmp_path):
    with pytest.raises(OSError, match=r"Cannot read file:.*/none: java.io.FileNotFoundException: .*does not exist"):
        _hadoop.read_bytes(spark, (tmp_path / "none").as_uri())
    with pytest.raises(OSError, match=r"Cannot write nosuch://x/f: .*No FileSystem for scheme \"nosuch\""):
        _hadoop.write_bytes(spark, "nosuch://x/f", b"", overwrite=True)
