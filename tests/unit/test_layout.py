"""The library's folders: what each may import, which may use the JVM, and that each name means one thing."""

import ast
from collections import Counter
from pathlib import Path

import pytest

import bigdl_gan

ROOT = Path(bigdl_gan.__file__).parent
# From the ground up: a folder, or a module beside the folders, imports only what is on floors below its own.
FLOORS = (
    ("images.decoding", "metrics.features.tasks", "metrics.tasks", "jvm", "c"),  # sent to executors, or run by setup.py
    ("params",),
    ("images", "layers"),
    ("datasets", "networks", "report"),
    ("checkpoints",),
    ("metrics",),
    ("callbacks", "exploration", "model_report"),
    ("export",),
    ("model", "preparer"),
    ("training",),
    ("estimator",),
    ("charts", "history", "latents", "losses", "optimizers", "schedules"),  # names for users
    ("__init__",),
    ("__main__",),
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FOR_USERS = FLOORS[-3]
OF_THE_JVM = {"_jvm", "_gateway", "_jsc", "_jsparkSession", "_jdf", "_jc"}  # pyspark's ways to it


def module_of(path):
    """The module's name as imported, without the package's; a folder's name stands for its `__init__`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


PATHS = {module_of(path): path for path in sorted(ROOT.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text()) for name, path in PATHS.items()}


def room_of(module):
    sent = [room for room in FLOORS[0] if "." in room and f"{module}.".startswith(f"{room}.")]
    return sent[0] if sent else module.split(".")[0]


def imported(tree):
    """The full name of each imported module, or name in a module; imports inside functions included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def ours(tree):
    """Which of the library's modules are imported."""
    for name in imported(tree):
        package, _, rest = name.partition(".")
        if package == "bigdl_gan":
            yield rest if rest in PATHS else rest.rpartition(".")[0] or "__init__"


@pytest.mark.parametrize("module", PATHS)
def test_imports_only_what_is_below(module):
    room = room_of(module)
    above = {
        other for other in ours(TREES[module])
        if room_of(other) != room and FLOOR_OF[room_of(other)] >= FLOOR_OF[room]
    }  # fmt: skip
    assert not above
    assert not [name for name in imported(TREES[module]) if name.startswith(".")]  # relative imports would go unseen


def test_no_circle():
    left = {module: {other for other in ours(tree) if other != module} for module, tree in TREES.items()}
    while left:
        free = {module for module, needs in left.items() if not needs & set(left)}
        assert free, f"these import each other, or what does: {sorted(left)}"
        left = {module: needs for module, needs in left.items() if module not in free}


def test_every_room_has_a_floor():
    assert {room_of(module) for module in PATHS} == set(FLOOR_OF)


@pytest.mark.parametrize("module", [module for module in PATHS if room_of(module) != "jvm"])
def test_only_the_folder_jvm_reaches_the_jvm(module):
    assert not [name for name in imported(TREES[module]) if name.split(".")[0] == "py4j"]
    reached = {node.attr for node in ast.walk(TREES[module]) if isinstance(node, ast.Attribute)}
    assert not reached & OF_THE_JVM


def test_no_module_is_private():
    assert not [name for name in PATHS if any(part.startswith("_") for part in name.split("."))
                and name not in ("__init__", "__main__")]  # fmt: skip


def test_no_two_modules_share_a_name():
    """Except for modules that re-export a folder's names."""
    names = Counter(path.stem for module, path in PATHS.items() if module not in FOR_USERS)
    assert [name for name, count in names.items() if count > 1] == ["__init__"]


def test_no_module_hides_behind_a_name_of_its_folder():
    """Otherwise `import bigdl_gan.x.y` would give a function y. A folder may import the module itself."""
    for folder, path in PATHS.items():
        if path.stem == "__init__":
            inside = {module.rpartition(".")[2] for module in PATHS if module.rpartition(".")[0] == folder}
            names = {name.rpartition(".")[2] for name in imported(TREES[folder])
                     if name.count(".") > 1 and name.partition(".")[2] not in PATHS}  # fmt: skip
            assert not inside & names, folder


def test_folders_say_what_is_public():
    for folder, path in PATHS.items():
        if path.stem == "__init__" and any(isinstance(node, ast.ImportFrom) for node in TREES[folder].body):
            listed = [node for node in TREES[folder].body if isinstance(node, ast.Assign)]
            names = {alias.asname or alias.name for node in ast.walk(TREES[folder])
                     if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] not in ("importlib", "typing")
                     for alias in node.names}  # fmt: skip
            assert names == set(ast.literal_eval(listed[0].value)), folder


def test_arguments_are_in_snake_case():
    """Only Params are in camelCase: their constructors and setters are written by `make generate`."""
    written = {module for module, path in PATHS.items() if path.read_text().startswith("# Written by `make generate`")}
    assert written
    for module in set(PATHS) - written:
        for node in ast.walk(TREES[module]):
            if isinstance(node, (ast.FunctionDef, ast.Lambda)):
                names = [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)]
                assert [name for name in names if name != name.lower()] == [], module
