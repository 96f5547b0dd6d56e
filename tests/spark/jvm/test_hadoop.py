import pytest

from bigdl_gan.jvm import driver_files, hadoop


@pytest.mark.parametrize("length", [0, 5, hadoop._BLOCK + 1])
def test_what_is_written_is_read(spark, tmp_path, length):
    path = (tmp_path / "new" / "f").as_uri()
    data = bytes(i * 31 % 256 for i in range(251)) * (length // 251 + 1)
    hadoop.write_bytes(spark, path, data[:length], overwrite=False)
    assert hadoop.read_bytes(spark, path) == data[:length]
    assert (tmp_path / "new" / "f").stat().st_size == length


def test_overwrite_is_asked_for(spark, tmp_path):
    path = (tmp_path / "f").as_uri()
    hadoop.write_bytes(spark, path, b"one", overwrite=False)
    with pytest.raises(FileExistsError, match=f"`path` must not exist yet. Received: path={path}"):
        hadoop.write_bytes(spark, path, b"two", overwrite=False)
    hadoop.write_bytes(spark, path, b"two", overwrite=True)
    assert hadoop.read_bytes(spark, path) == b"two"


def test_list_rename_delete(spark, tmp_path):
    folder = tmp_path.as_uri()
    for name in ("b", "a"):
        hadoop.write_bytes(spark, f"{folder}/{name}", b"x", overwrite=False)
    assert [name for name in hadoop.names(spark, folder) if not name.startswith(".")] == ["a", "b"]
    with pytest.raises(FileExistsError, match="`target` must not exist yet"):
        hadoop.rename(spark, f"{folder}/a", f"{folder}/b")
    hadoop.rename(spark, f"{folder}/a", f"{folder}/c")
    assert not hadoop.exists(spark, f"{folder}/a")
    assert hadoop.exists(spark, f"{folder}/c")
    hadoop.delete(spark, folder)
    hadoop.delete(spark, folder)  # it no longer exists
    assert not tmp_path.exists()


def test_files_and_folders_are_told_apart(spark, tmp_path):
    """The same for a local path and for a URI."""
    for name in ("b", "a/inner", "c"):
        driver_files.write(str(tmp_path / name), b"x")
    assert driver_files.listed(str(tmp_path)) == (["b", "c"], ["a"])
    assert driver_files.listed(tmp_path.as_uri()) == (["b", "c"], ["a"])
    with pytest.raises(OSError, match="Cannot list file:.*/none: java.io.FileNotFoundException"):
        driver_files.listed((tmp_path / "none").as_uri())


def test_errors_name_the_path_and_the_java_cause(spark, tmp_path):
    with pytest.raises(OSError, match=r"Cannot read file:.*/none: java.io.FileNotFoundException: .*does not exist"):
        hadoop.read_bytes(spark, (tmp_path / "none").as_uri())
    with pytest.raises(OSError, match=r"Cannot write nosuch://x/f: .*No FileSystem for scheme \"nosuch\""):
        hadoop.write_bytes(spark, "nosuch://x/f", b"", overwrite=True)


ODD = ["lr=0.0002,beta=0.5", "run[1]", "{a,b}", "a\\b", "12:30", "50%", "%20", "a b", "#1", "what?", "*", "é 漢", "'\""]


@pytest.mark.parametrize("name", ODD)
def test_odd_names(spark, tmp_path, name):
    path = f"{tmp_path}/{name}"
    hadoop.write_bytes(spark, f"{path}/f", b"1", overwrite=False)
    assert (tmp_path / name / "f").read_bytes() == b"1"
    hadoop.rename(spark, path, f"{path}.x")
    assert hadoop.read_bytes(spark, f"{path}.x/f") == b"1" and not hadoop.exists(spark, path)
    assert hadoop.names(spark, str(tmp_path)) == [f"{name}.x"]
    hadoop.delete(spark, f"{path}.x")
    assert not list(tmp_path.iterdir())


BAD_CALLS = {
    "look for": lambda spark, path: hadoop.exists(spark, path),
    "write": lambda spark, path: hadoop.write_bytes(spark, path, b"", overwrite=True),
    "read": lambda spark, path: hadoop.read_bytes(spark, path),
    "list": lambda spark, path: hadoop.names(spark, path),
    "delete": lambda spark, path: hadoop.delete(spark, path),
    "create the folder": lambda spark, path: hadoop.make_folder(spark, path),
    "rename": lambda spark, path: hadoop._rename(spark, path, "/x"),
    "look at": lambda spark, path: hadoop.last_change(spark, path),
}


@pytest.mark.parametrize("verb", BAD_CALLS)
def test_a_name_that_hadoop_does_not_take_is_an_os_error_with_the_remedy(spark, verb):
    with pytest.raises(OSError, match=f"Cannot {verb} 12:30: .*Relative path.*Choose a name without a colon") as error:
        BAD_CALLS[verb](spark, "12:30")
    assert "\n" not in str(error.value)


def test_a_file_longer_than_it_may_be_is_not_read(spark, tmp_path):
    path = (tmp_path / "f").as_uri()
    hadoop.write_bytes(spark, path, b"12345", overwrite=False)
    assert hadoop.read_bytes(spark, path, limit=5) == b"12345"
    with pytest.raises(OSError, match=f"Cannot read {path}: it has 5 bytes, more than the limit of 4"):
        hadoop.read_bytes(spark, path, limit=4)


def test_settings_that_the_session_is_given_as_it_runs(spark, tmp_path):
    spark.conf.set("fs.viewfs.mounttable.given.link./d", tmp_path.as_uri())
    try:
        hadoop.write_bytes(spark, "viewfs://given/d/f", b"1", overwrite=False)
    finally:
        spark.conf.unset("fs.viewfs.mounttable.given.link./d")
    assert (tmp_path / "f").read_bytes() == b"1"
