"""The Scala core's folders are its packages; imports go one way, by a table of which folder may import which."""

import re
from pathlib import Path

import bigdl_gan

SOURCES = Path(bigdl_gan.__file__).with_name("scala")
OURS = "com.intel.analytics.bigdl.dllib.gan"
SPARKS = "org.apache.spark.bigdl_gan"  # Spark makes some classes visible only to its own packages
# What each folder may import. A folder names only those above it, so there can be no cycle.
MAY_IMPORT = {
    "random": set(),
    "spark": set(),
    "native": set(),
    "native/mkldnn": {"native"},
    "native/onednn": {"native"},
    "engines": {"native", "native/mkldnn", "native/onednn"},
    "network": {"engines", "native", "random"},
    "ops": {"native", "network"},
    "ops/tiled": {"native", "network", "ops"},
    "layers": {"native", "network", "ops", "ops/tiled"},
    "model": {"layers", "network"},
    "data": {"native", "random", "spark"},
    "cluster": {"native", "spark"},
    "training/augment": {"native", "random"},
    "training/loss": set(),
    "training/optimizer": {"native"},
    "training": {"cluster", "data", "engines", "model", "native", "network", "random", "spark"}
    | {"training/augment", "training/loss", "training/optimizer"},
    "classification": {"data", "engines", "native", "network", "random", "training", "training/optimizer"},
    "generation": {"data", "engines", "native", "network", "random"},
    "scoring": {"data", "engines", "native", "network", "random"},
    "diagnosis": {"cluster", "engines", "model", "native", "network", "random", "spark", "training"}
    | {"training/augment", "training/loss"},
    "": {"classification", "cluster", "data", "diagnosis", "engines", "generation", "layers", "model", "native"}
    | {"scoring", "spark", "training"},
}
# Only these may use bigdl-core's native classes: MKL-DNN's, and what dllib itself uses, memory, threads and OpenMP.
USES_BIGDL_CORE = {"native/mkldnn", "native/NativeMemory.scala", "native/OpenMp.scala"}
USES_BIGDL_CORE |= {"native/onednn/Libraries.scala"}
FILES = sorted(SOURCES.rglob("*.scala"))


def folder_of(file: Path) -> str:
    folder = file.parent.relative_to(SOURCES).as_posix()
    return "" if folder == "." else folder


def package_of(folder: str) -> str:
    return SPARKS if folder == "spark" else ".".join([OURS, *filter(None, folder.split("/"))])


def folder_of_import(line: str) -> str:
    """The folder that an import refers to; packages are in lower case, classes are not."""
    path = line.split()[1]
    if path.startswith(SPARKS + "."):
        return "spark"
    return "/".join(re.match(r"[a-z_.]*", path[len(OURS):]).group().strip(".").split("."))


def our_imports(file: Path):
    lines = [line.strip() for line in lines_of(file)]
    return [line for line in lines if line.startswith((f"import {OURS}.", f"import {SPARKS}."))]


def lines_of(file: Path):
    return file.read_text(encoding="utf-8").splitlines()


def test_every_folder_stands_in_the_table():
    assert {folder_of(file) for file in FILES} == set(MAY_IMPORT)


def test_table_has_no_cycle():
    above = set()
    for folder, others in MAY_IMPORT.items():  # in the table's own order
        assert others <= above, f"{folder!r} builds on {others - above}, which the table has further down"
        above.add(folder)


def test_packages_are_folders():
    assert not [file for file in FILES if lines_of(file)[0] != f"package {package_of(folder_of(file))}"]


def test_imports_keep_to_the_table():
    imports = [(folder_of(file), line, file.name) for file in FILES for line in our_imports(file)]
    assert len(imports) > 100  # some imports are found, so the test can fail
    assert not [(name, line) for folder, line, name in imports if folder_of_import(line) not in MAY_IMPORT[folder]]


def test_our_imports_are_explicit():
    assert not [line for file in FILES for line in our_imports(file) if re.search(r"[.{ ]_\s*([,}]|$)", line)]


def test_only_imports_name_our_packages():
    """Fully qualified names would bypass the table."""
    rest = [line for file in FILES for line in lines_of(file)[1:] if line.strip() not in our_imports(file)]
    assert not [line for line in rest if OURS + "." in line or SPARKS + "." in line]


def test_only_the_engine_names_mkl_dnn():
    """So that another engine can take its place under all operations."""
    uses = {file.relative_to(SOURCES) for file in FILES if "com.intel.analytics.bigdl.mkl" in "\n".join(lines_of(file))}
    others = [file for file in uses if not {file.as_posix(), file.parent.as_posix()} & USES_BIGDL_CORE]
    assert len(uses) > 5 and not others


def is_sorted(lines) -> bool:
    """Whether all imports are at the top: Java's, then Scala's, then the others, each sorted by name."""
    found = [line for line in lines if line.startswith("import ")]
    kinds = ("import java", "import scala.", "import ")
    ranked = [(next(i for i, kind in enumerate(kinds) if line.startswith(kind)), line) for line in found]
    top = next(i for i, line in enumerate(lines) if i > 0 and line and not line.startswith("import "))
    return ranked == sorted(ranked) and not [line for line in lines[top:] if line.startswith("import ")]


def test_imports_are_sorted_and_on_top():
    assert not [file for file in FILES if not is_sorted(lines_of(file))]


def test_what_runs_networks_names_no_layer():
    """So that a layer is its spec and its operation, two files."""
    layers = {file.stem for file in FILES if folder_of(file) in ("layers", "ops", "ops/tiled")}
    others = [file for file in FILES if folder_of(file) in ("native", "network")]
    assert not [(file.name, name) for file in others for name in layers & words_of(file)]


def words_of(file: Path):
    """The words of a file's code, without comments."""
    return set(re.findall(r"\w+", re.sub(r"/\*.*?\*/|//[^\n]*", "", file.read_text(encoding="utf-8"), flags=re.S)))


def test_layer_rules_have_the_names_of_dllibs_modules():
    """The core looks for a rule by the name of the module that it is for."""
    rules = {
        file.stem: re.findall(r"object (\w+)Rule extends \w+\[(\w+)\[", file.read_text(encoding="utf-8"))
        for file in FILES
        if folder_of(file) == "layers" and file.stem.endswith("Spec")
    }
    described = {word for file in FILES if file.stem in ("CoreLayer", "KernelText") for word in words_of(file)}
    without = {spec for spec, found in rules.items() if not found}
    assert without - described == {"ModuleSpec"}  # which needs none; the others come from a layer's description
    assert not [(spec, rule) for spec, found in rules.items() for rule, module in found if rule != module]


def test_files_are_short():
    assert not [(file.name, len(lines_of(file))) for file in FILES if len(lines_of(file)) > 300]


def test_readme_names_what_there_is():
    text = (SOURCES / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z]+(?:/[a-z]+)*(?:/[A-Z]\w+)?)`", text)) - {"tests/parity"}
    missing = [name for name in named if not (SOURCES / name).is_dir() and not (SOURCES / f"{name}.scala").is_file()]
    assert len(named) > 20 and not missing
