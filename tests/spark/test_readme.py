"""The README's Python, as written: all its blocks in order, in one namespace, and what each leaves; classes' examples.

What stands around the blocks is of the test: folders for the URLs, the pictures in them, and fewer updates."""

import contextlib
import doctest
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import bigdl_gan
from bigdl_gan import GANEstimator, GANModel, ImagePreparer
from bigdl_gan.datasets import CELEBA_ATTRIBUTES
from bigdl_gan.images import to_array

# few images are measured
pytestmark = [pytest.mark.long, pytest.mark.filterwarnings(r"ignore:(fid|kid|recall)\W .*:UserWarning")]
README = Path(bigdl_gan.__file__).parents[1] / "README.md"
URLS = ("hdfs:///", "s3a://")
SHORTER = {  # each must be in the README
    "maxEpochs=5": "maxEpochs=0.02",  # 2 updates of 128 digits
    "maxEpochs=20": "maxEpochs=1",  # 1 update of 64 photographs
    "generate(100_000,": "generate(20,",
    "generate(1000,": "generate(100,",
    "generate(5000), datasets.mnist(spark).limit(5000)": "generate(20), datasets.mnist(spark).limit(20)",
    "steps=200": "steps=2",
    "steps=20)": "steps=2)",
}
PHOTOGRAPHS = 64


def blocks():
    """Each block, moved down to its line in the README, for tracebacks."""
    text = README.read_text(encoding="utf-8")
    for found in re.finditer(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield "\n" * text[: found.start(1)].count("\n") + found[1]


def paint(path, seed, size=(80, 72)):
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 256, size=(4, 4, 3), dtype=np.uint8)
    Image.fromarray(noise).resize(size).save(path)


def prepare(folder):
    """The files that the blocks read."""
    for i in range(PHOTOGRAPHS):
        paint(folder / "pictures" / f"{i}.jpg", i)
    for label in ("cats", "owls"):
        paint(folder / "bucket" / "pictures" / label / "one.png", 1)
    for i in (1, 2):
        paint(folder / "celeba" / "img_align_celeba" / f"00000{i}.jpg", i, size=(178, 218))
    flags = [f"00000{i}.jpg {' '.join(['1' if i == 1 else '-1'] * 40)}" for i in (1, 2)]
    (folder / "celeba" / "list_attr_celeba.txt").write_text("\n".join(["2", " ".join(CELEBA_ATTRIBUTES), *flags]))
    paint(folder / "dogs" / "Images" / "n1-pug" / "n1_1.jpg", 3)
    annotation = folder / "dogs" / "Annotation" / "n1-pug" / "n1_1"
    annotation.parent.mkdir(parents=True)
    box = "<xmin>4</xmin><ymin>4</ymin><xmax>60</xmax><ymax>60</ymax>"
    annotation.write_text(f"<annotation><object><bndbox>{box}</bndbox></object></annotation>")
    np.save(folder / "pictures.npy", np.random.default_rng(0).integers(0, 256, (5, 28, 28), np.uint8))


def in_the_folder(code, folder):
    for url in URLS:
        code = code.replace(f'"{url}', f'"{folder.as_uri()}/')
    for long, short in SHORTER.items():
        code = code.replace(long, short)
    return code


@pytest.fixture(scope="module")
def ran(spark, tmp_path_factory):
    """(the namespace after all blocks, the folder with what they wrote, what they printed)."""
    mlflow = pytest.importorskip("mlflow", reason="the extra mlflow is not installed")
    pytest.importorskip("tensorboard", reason="the extra tensorboard is not installed")
    folder, patch, printed = tmp_path_factory.mktemp("readme"), pytest.MonkeyPatch(), io.StringIO()
    prepare(folder)
    patch.chdir(folder)
    patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")  # MLflow 3 prefers databases, which its skinny package lacks
    mlflow.set_tracking_uri((folder / "mlruns").as_uri())
    namespace = {}
    with contextlib.redirect_stdout(printed):
        for code in blocks():
            exec(compile(in_the_folder(code, folder), str(README), "exec"), namespace)
    yield namespace, folder, printed.getvalue()
    mlflow.set_tracking_uri("")
    patch.undo()


@pytest.fixture(scope="module")
def names(ran):
    return ran[0]


@pytest.fixture(scope="module")
def folder(ran):
    return ran[1]


def files(path):
    return sorted(found.name for found in path.iterdir() if not found.name.startswith("."))


def shapes(df, column):
    return {to_array(row[0]).shape for row in df.select(column).collect()}


def test_what_is_substituted_is_there():
    text = "".join(blocks())
    assert not [long for long in SHORTER if long not in text]
    assert {url for url in re.findall(r'"(\w+://[^/]*)', text)} == {"hdfs://", "s3a://bucket", "s3a://runs"}


def test_the_first_program(ran, names, folder):
    with Image.open(folder / "samples.png") as picture:
        assert picture.size == (242, 242)  # 8 x 30 + 2
    assert names["fakes"].columns == ["id", "image"]
    assert re.match(r"GANModel: uid=GAN\w+, images \(1, 28, 28\), latents \(100,\), update 2, loss G [\d.]+ D ", ran[2])
    assert GANModel.load(str(folder / "models" / "digits")).iteration == 2


def test_learning_rates(names):
    optimizers = names["gan"].getGeneratorOptimizer(), names["gan"].getDiscriminatorOptimizer()
    assert [(optimizer.learning_rate, optimizer.beta_1) for optimizer in optimizers] == [(1e-4, 0.5), (4e-4, 0.5)]


def test_own_networks(names):
    assert names["own"].iteration == 2 and shapes(names["own"].generate(3), "image") == {(28, 28, 1)}


def test_pictures(names):
    assert shapes(names["pictures"], "image") == shapes(names["faces"], "image") == {(64, 64, 3)}
    assert {row.label for row in names["pictures"].collect()} == {"cats", "owls"}
    assert sorted(row.Smiling for row in names["faces"].collect()) == [False, True]
    assert [row.breed for row in names["dogs"].collect()] == ["pug"]


def test_arrays(names):
    rows = names["df"].orderBy("id").collect()
    assert [row.image.origin for row in rows] == ["first", "second"]
    np.testing.assert_array_equal([to_array(row.image)[..., 0] for row in rows], names["arrays"][:2])


def test_a_pipeline(names):
    first = names["generated"].limit(2)
    assert shapes(first, "generated") == {(64, 64, 3)} and names["generated"].count() == PHOTOGRAPHS


def test_generated_images(spark, names, folder):
    assert spark.read.parquet(str(folder / "bucket" / "fakes")).count() == 20
    assert files(folder / "fakes") == sorted(f"{i}.png" for i in range(20))
    assert names["pixels"].shape == (64, 28, 28, 1) and names["better"].count() == 64
    assert names["mine"].columns == ["z", "generated"] and names["mine"].count() == 3
    with Image.open(folder / "way.gif") as way:
        assert way.n_frames == 5
    assert names["found"].where("distance > 0").count() == 8
    assert shapes(names["nearest"], "generated") == {(28, 28, 1)}


def test_metrics(ran, names):
    kid = names["quality"]["kid"]
    assert list(names["quality"]) == ["fid", "kid", "recall"] and kid.n_fakes == kid.n_reals == 20
    assert 0 < names["error"] == kid.standard_error
    assert re.search(r"^kid = [\d.e-]+ \+/- [\d.e-]+ \(20 fakes, 20 reals,", ran[2], re.MULTILINE)


def test_callbacks(folder):
    run = folder / "runs" / "7"
    assert files(run / "grids") == ["00000000.png", "00000002.png"] and files(run / "kept") == ["checkpoint-00000002"]
    assert {"curves.png", "history.csv", "training.gif"} < set(files(run))
    assert [name for name in files(run) if name.startswith("events")] and list((folder / "mlruns").rglob("loss"))


def test_the_history(names, folder):
    assert len(names["figure"].axes) == 4 and (folder / "curves.png").is_file()
    assert len((folder / "history.csv").read_text().splitlines()) == 3
    assert names["frame"].loss_generator.notna().all() and len(names["frame"]) == 2


def test_a_checkpoint(names, folder):
    assert files(folder / "checkpoints" / "digits") == ["checkpoint-00000002"]
    assert repr(names["newest"]) == repr(names["model"])


@pytest.mark.parametrize("kind, made", [(GANEstimator, "model"), (ImagePreparer, "pictures")], ids=["gan", "preparer"])
def test_the_example_of_a_class(kind, made, spark, folder):
    """Each imports what it names; only the session is there already."""
    examples, names = doctest.DocTestParser().get_examples(kind.__doc__), {"spark": spark}
    for example in examples:
        exec(in_the_folder(example.source, folder), names)
    frame = names[made].generate(3) if made == "model" else names[made]
    assert shapes(frame.limit(3), "image") == {(28, 28, 1) if made == "model" else (64, 64, 3)}
