"""Builds the native half of bigdl_gan.jar: oneDNN, made to share dllib's OpenMP, and the functions that reach it.

Standard library only: setup.py runs this file before the package is installed. It needs three packages of PyPI at
build time, and no compiler, JDK or other tool of the machine."""

import hashlib
import os
import runpy
import subprocess
import sys
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Dict

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "onednn.c"
RELINK = HERE / "relink.py"
PACKAGES = {"ziglang": "0.17.1", "onednn-cpu-gomp": "2023.2.0", "onednn-devel-cpu-gomp": "2023.2.0"}
LIBDNNL_SHA256 = "e6376208cf6bacb041c346b504207e3aa1189a13f941c92a4383a55ac27058ae"
TARGET = "x86_64-linux-gnu.2.17"  # glibc 2.17 is of 2012
OPTIONS = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-shared", "-fPIC"]
OPTIONS += ["-fvisibility=hidden", "-s"]
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold: equal sources give equal bytes
DIGEST_ENTRY = "META-INF/bigdl_gan_native.sha256"
LICENSES = "META-INF/licenses/onednn/"
CHANGES = """libdnnl.so.3 in this archive is the library of onednn-cpu-gomp 2023.2.0 (oneDNN 3.2) from PyPI.
The build of bigdl_gan changed it:
- it needs libiomp5.so, which comes with BigDL, in place of libgomp.so.1;
- it needs expf, logf and powf of any glibc, in place of glibc 2.27's;
- its symbol tables and section headers are cut off.
libbigdl_gan.so is bigdl_gan's own: bigdl_gan/c/onednn.c.
"""


def digest() -> str:
    """SHA-256 of all that decides the native half: its sources, and this file, which holds versions and options."""
    total = hashlib.sha256()
    for file in (SOURCE, RELINK, Path(__file__).resolve()):
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def built_digest(archive: Path) -> str:
    """The digest that an archive was built from; "" if there is no readable one."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return opened.read(DIGEST_ENTRY).decode()
    except (OSError, KeyError, zipfile.BadZipFile):
        return ""


def check_packages() -> None:
    """Raises RuntimeError if a package of the build is missing, or another version of it is installed."""
    for name, version in PACKAGES.items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            found = "none"
        if found != version:
            raise RuntimeError(
                f"The native half of bigdl_gan, whose sources are in {HERE}, must be built with {name} {version}. "
                f"Received: {found}. pip builds it with that, and leaves your environment alone. Run: "
                f"{sys.executable} -m pip install --editable ."
            )


def packaged(package: str, ending: str) -> Path:
    """An installed package's file whose path ends so; data files lie outside site-packages."""
    for file in metadata.files(package) or []:
        if file.as_posix().endswith(ending):
            return Path(str(file.locate())).resolve()
    raise RuntimeError(f"The package {package} must hold a file {ending}. Received: none. Install it again.")


def libdnnl() -> Path:
    """The library as its package has it. Raises RuntimeError for any other file."""
    file = packaged("onednn-cpu-gomp", "/libdnnl.so.3")
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != LIBDNNL_SHA256:
        raise RuntimeError(f"{file} must have the SHA-256 {LIBDNNL_SHA256}. Received: {found}. Install it again.")
    return file


def compiled(library: Path) -> bytes:
    """The shared library of onednn.c, linked with libdnnl.

    Raises:
        RuntimeError: the source does not compile (the compiler has said why)."""
    include = packaged("onednn-devel-cpu-gomp", "/oneapi/dnnl/dnnl.h").parents[2]
    with tempfile.TemporaryDirectory(prefix="bigdl_gan-") as folder:
        made = Path(folder) / "libbigdl_gan.so"
        command = [sys.executable, "-m", "ziglang", "cc", "-target", TARGET, *OPTIONS, "-I", str(include)]
        command += ["-o", str(made), str(SOURCE), str(library)]
        # otherwise zig keeps caches in the home folder and in the working folder
        caches = {"ZIG_GLOBAL_CACHE_DIR": folder, "ZIG_LOCAL_CACHE_DIR": folder}
        status = subprocess.run(command, stdin=subprocess.DEVNULL, env={**os.environ, **caches}).returncode
        if status != 0:
            raise RuntimeError(f"{SOURCE} did not compile (zig returned {status}).")
        return made.read_bytes()


def contents() -> Dict[str, bytes]:
    """The archive's files by name. Raises RuntimeError if the packages are not the right ones."""
    check_packages()
    library = libdnnl()
    licenses = [packaged("onednn-cpu-gomp", f"/doc/onednn/{name}") for name in ("LICENSE", "THIRD-PARTY-PROGRAMS")]
    return {
        **{LICENSES + file.name: file.read_bytes() for file in licenses},
        LICENSES + "CHANGES": CHANGES.encode(),
        "bigdl_gan/native/libdnnl.so.3": runpy.run_path(str(RELINK))["relinked"](library.read_bytes()),
        "bigdl_gan/native/libbigdl_gan.so": compiled(library),
        DIGEST_ENTRY: digest().encode(),
    }


def build(archive: Path) -> None:
    """Write the native half as a zip, unless it was built from these very sources.

    The zip is written under a temporary name first: an interrupted build leaves no half of it.

    Raises:
        RuntimeError: a package of the build is missing or another one, or the source does not compile."""
    if built_digest(archive) == digest():
        return
    files = contents()
    archive.parent.mkdir(parents=True, exist_ok=True)
    partial = archive.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w") as opened:
        for name, content in files.items():
            opened.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED, 9)
    partial.replace(archive)
