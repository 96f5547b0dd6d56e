"""The native half of the jar: what its libraries need of a machine, what is said of them, and from what it is built."""

import re
import runpy
import zipfile
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

import bigdl_gan
from bigdl_gan.jvm.classpath import gan_jar

C = Path(bigdl_gan.__file__).with_name("c")
RELINK = SimpleNamespace(**runpy.run_path(str(C / "relink.py")))
BUILD = runpy.run_path(str(C / "native_libraries.py"))


@pytest.fixture(scope="module")
def jar():
    with zipfile.ZipFile(gan_jar()) as opened:
        yield opened


@pytest.fixture(scope="module")
def libdnnl(jar):
    return jar.read("bigdl_gan/native/libdnnl.so.3")


def version(name):
    return tuple(map(int, re.findall(r"\d+", name.decode())))


def test_libdnnl_needs_dllibs_openmp(libdnnl):
    libraries = RELINK.libraries(libdnnl)
    assert b"libiomp5.so" in libraries and b"libgomp.so.1" not in libraries
    assert {need.version for need in RELINK.needed_versions(libdnnl) if need.library == b"libiomp5.so"} == {
        b"GOMP_1.0", b"OMP_1.0"
    }  # fmt: skip


def test_libdnnl_needs_no_newer_linux_than_2012s(libdnnl):
    needs = list(RELINK.needed_versions(libdnnl))
    highest = {
        library: max(version(need.version) for need in needs if need.version.startswith(library))
        for library in (b"GLIBC_", b"GLIBCXX_")
    }
    assert highest == {b"GLIBC_": (2, 17), b"GLIBCXX_": (3, 4, 19)}


def test_the_hash_of_a_version_is_the_tables():
    """Of names that the tables of any program for x86-64 have: see `readelf -V`."""
    assert RELINK.elf_hash(b"GLIBC_2.2.5") == 0x09691A75 and RELINK.elf_hash(b"GLIBC_2.17") == 0x06969197


def test_every_version_has_its_own_hash(libdnnl):
    for need in RELINK.needed_versions(libdnnl):
        assert int.from_bytes(libdnnl[need.at:need.at + 4], "little") == RELINK.elf_hash(need.version)


def test_our_own_library_needs_libdnnl_alone(jar):
    ours = jar.read("bigdl_gan/native/libbigdl_gan.so")
    assert RELINK.libraries(ours) == [b"libdnnl.so.3"] and list(RELINK.needed_versions(ours)) == []


def test_the_jar_says_whose_the_library_is_and_what_was_changed(jar):
    texts = {name: jar.read(f"META-INF/licenses/onednn/{name}").decode() for name in
             ("LICENSE", "THIRD-PARTY-PROGRAMS", "CHANGES")}  # fmt: skip
    assert "Apache License" in texts["LICENSE"] and "Intel Corporation" in texts["LICENSE"]
    assert "Xbyak" in texts["THIRD-PARTY-PROGRAMS"]
    assert "libiomp5.so" in texts["CHANGES"] and "onednn-cpu-gomp 2023.2.0" in texts["CHANGES"]


def test_the_jar_has_what_these_sources_make(jar):
    assert jar.read(BUILD["DIGEST_ENTRY"]).decode() == BUILD["digest"](), "run: pip install --editable ."


def test_pip_is_told_of_the_same_packages():
    pyproject = C.parents[1] / "pyproject.toml"
    pinned = dict(re.findall(r'"([a-z-]+)==([\d.]+);', pyproject.read_text()))
    assert {name: pinned.get(name) for name in BUILD["PACKAGES"]} == BUILD["PACKAGES"]


@pytest.mark.parametrize("found", [None, "2024.0.0"])
def test_another_package_is_refused(monkeypatch, tmp_path, found):
    def installed(name):
        if found is None:
            raise metadata.PackageNotFoundError(name)
        return found if name == "onednn-cpu-gomp" else BUILD["PACKAGES"][name]

    monkeypatch.setattr(metadata, "version", installed)
    name = "ziglang 0.17.1" if found is None else "onednn-cpu-gomp 2023.2.0"
    message = rf"must be built with {name}\. Received: {found or 'none'}\. .*-m pip install"
    with pytest.raises(RuntimeError, match=message):
        BUILD["build"](tmp_path / "native.zip")


def test_what_is_built_already_needs_no_package(monkeypatch, tmp_path):
    archive = tmp_path / "native.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr(BUILD["DIGEST_ENTRY"], BUILD["digest"]())
    before = archive.read_bytes()
    monkeypatch.setattr(metadata, "version", None)  # would fail if called
    BUILD["build"](archive)
    assert archive.read_bytes() == before


def test_another_libdnnl_is_refused(monkeypatch, tmp_path):
    other = tmp_path / "libdnnl.so.3"
    other.write_bytes(b"another")
    monkeypatch.setitem(BUILD["libdnnl"].__globals__, "packaged", lambda package, ending: other)
    with pytest.raises(RuntimeError, match=r"\.so\.3 must have the SHA-256 e63762.* Received: .* Install it again"):
        BUILD["libdnnl"]()


def test_what_cannot_be_relinked(libdnnl):
    with pytest.raises(ValueError, match=r"must be 64-bit little-endian ELF. Received: one that begins with b'no ELF'"):
        RELINK.segments(b"no ELF")
    with pytest.raises(ValueError, match=r"libgomp\.so\.1 must stand once in libdnnl\. Received: 0 times"):
        RELINK.with_iomp(libdnnl)
    with pytest.raises(ValueError, match=r"Only libm\.so\.6 may need GLIBC_2\.27"):
        RELINK.with_first_versions(libdnnl)  # which needs it no more
