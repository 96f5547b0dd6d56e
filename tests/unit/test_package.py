"""What `import bigdl_gan` loads, and what it offers."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

import bigdl_gan

SUBMODULES = (
    "callbacks", "charts", "datasets", "history", "images", "latents", "layers", "losses", "networks", "optimizers"
)  # fmt: skip


def in_a_fresh_process(code):
    """What the code prints."""
    root = Path(bigdl_gan.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_import_starts_no_java_and_loads_neither_dllib_nor_matplotlib():
    code = "import bigdl_gan, pyspark, sys; print(pyspark.SparkContext._gateway, *sys.modules)"
    gateway, *modules = in_a_fresh_process(code).split()
    assert gateway == "None" and "pyspark.ml" in modules
    assert not {"bigdl", "matplotlib"} & {name.split(".")[0] for name in modules}


def test_submodules_are_there_after_the_import_and_start_no_java():
    networks = [f"networks.{name}" for name in ("dcgan", "mlp", "r3gan", "resnet")]
    expected = [f"bigdl_gan.{name}" for name in (*SUBMODULES, *networks)]
    named = ", ".join(f"{name}.__name__" for name in expected)
    code = f"import bigdl_gan, pyspark; print({named}, pyspark.SparkContext._gateway)"
    assert in_a_fresh_process(code).split() == [*expected, "None"]


def test_a_layer_before_the_session_starts_no_spark():
    """dllib would start a Spark of its own, without the jars; `configure` must find none."""
    made = ["layers.Dense(3)", "layers.Input((3,))", "layers.Sequential([])", "networks.dcgan.generator(28, 1)"]
    tries = [f"try: bigdl_gan.{make}\nexcept RuntimeError as error: print(error)\n" for make in made]
    running = "print(pyspark.SparkContext._gateway, pyspark.SparkContext._active_spark_context)"
    *messages, found = in_a_fresh_process(f"import bigdl_gan, pyspark\n{''.join(tries)}{running}").splitlines()
    assert messages == [
        "No active Spark session. Create one with bigdl_gan.configure(...) first: "
        'configure(SparkSession.builder.master("local[2]")).getOrCreate()'
    ] * len(made)  # fmt: skip
    assert found == "None None"


@pytest.mark.long
@pytest.mark.parametrize("code", ["bigdl_gan.networks.dcgan.generator", "bigdl_gan.charts.curves"])
def test_each_is_there_without_the_others(code):
    assert in_a_fresh_process(f"import bigdl_gan; print({code}.__name__)").strip() == code.rpartition(".")[2]


def test_completion_knows_them():
    assert set(SUBMODULES) < set(dir(bigdl_gan)) and {"GANEstimator", "__version__"} < set(dir(bigdl_gan))
    assert "dcgan" in dir(bigdl_gan.networks)


@pytest.mark.parametrize("module", [bigdl_gan, bigdl_gan.networks], ids=lambda module: module.__name__)
def test_what_is_not_there(module):
    with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute 'nothing'"):
        module.nothing  # noqa: B018


def test_the_version_is_the_installed_one():
    assert bigdl_gan.__version__ == importlib.metadata.version("bigdl_gan")


def test_the_version_of_a_copy_that_is_not_installed():
    code = (
        "import importlib.metadata as m\n"
        "def missing(name): raise m.PackageNotFoundError(name)\n"
        "m.version = missing\n"
        "import bigdl_gan; print(bigdl_gan.__version__)"
    )
    assert in_a_fresh_process(code) == "0+unknown\n"
