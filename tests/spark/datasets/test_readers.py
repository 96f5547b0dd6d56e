"""The readers, on real pictures if they exist (../shared beside the checkout), and on painted ones."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bigdl_gan import datasets, images
from bigdl_gan.datasets import CELEBA_ATTRIBUTES

pytestmark = pytest.mark.long

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def real(name: str) -> str:
    if not (DATA / name).is_dir():
        pytest.skip(f"needs {DATA / name}")
    return str(DATA / name)


def test_celeba(spark):
    root = real("celeba_full32")
    df = datasets.celeba(spark, root, 64, attributes=["Male", "Smiling"])
    rows = sorted(df.collect(), key=lambda row: row.image.origin)
    assert df.columns == ["image", "Male", "Smiling"] and len(rows) == 32
    listed = [line.split() for line in Path(root, "list_attr_celeba.txt").read_text().splitlines()]
    male, smiling = (1 + listed[1].index(name) for name in ("Male", "Smiling"))
    expected = {fields[0]: (fields[male] == "1", fields[smiling] == "1") for fields in listed[2:]}
    assert {row.image.origin.rsplit("/", 1)[1]: (row.Male, row.Smiling) for row in rows} == expected
    with Image.open(f"{root}/img_align_celeba/000001.jpg") as picture:
        face = picture.crop((35, 55, 143, 163)).resize((64, 64), Image.LANCZOS)
    np.testing.assert_array_equal(images.to_array(rows[0].image), np.asarray(face))


def test_celeba_has_all_attributes_and_unlisted_pictures(spark, tmp_path):
    root = Path(real("celeba_half"))  # its list ends with 006128
    (tmp_path / "img_align_celeba").mkdir()
    for name in ("006127.jpg", "006128.jpg", "006129.jpg"):
        shutil.copy(root / "img_align_celeba" / name, tmp_path / "img_align_celeba")
    shutil.copy(root / "list_attr_celeba.txt", tmp_path)
    df = datasets.celeba(spark, str(tmp_path), 16, crop=54)
    assert df.columns == ["image", *CELEBA_ATTRIBUTES]
    found = sorted((row.image.origin[-10:-4], row.Young is None, row.Male is None) for row in df.collect())
    assert found == [("006127", False, False), ("006128", False, False), ("006129", True, True)]


def test_stanford_dogs(spark):
    root = real("stanford_dogs")
    breeds = ["pug", "black-and-tan_coonhound"]
    photographs = [path for breed in breeds for path in Path(root, "Images").glob(f"*-{breed}/*.jpg")]
    texts = [Path(root, "Annotation", path.parent.name, path.stem).read_text() for path in photographs]
    df = datasets.stanford_dogs(spark, root, 32, breeds=breeds)
    rows = df.collect()
    assert df.columns == ["image", "breed"] and {row.breed for row in rows} == set(breeds)
    assert len(rows) == sum(text.count("<bndbox>") for text in texts)
    assert {row.image.origin.rsplit("/", 1)[1] for row in rows} == {path.name for path in photographs}
    assert datasets.stanford_dogs(spark, root, 32, breeds=breeds, crop="center").count() == len(photographs)


def test_mnist_reads_the_original_files(spark):
    assert datasets.mnist(spark, path=real("mnist"), split="test").count() == 10_000


@pytest.fixture
def dogs(tmp_path):
    """Two breeds; a photograph with two dogs, one with a damaged annotation, one without any."""
    annotation = "<annotation><object><bndbox>{}</bndbox></object></annotation>"
    box = "<xmin> {}</xmin><ymin>{}</ymin><xmax>{}</xmax><ymax>{}</ymax>"
    picture = np.zeros((40, 60, 3), np.uint8)
    picture[:20, :20] = (255, 0, 0)
    picture[20:, 40:] = (0, 0, 255)
    for name in ("n01-pug/n01_1", "n01-pug/n01_2", "n02-great-dane/n02_1"):
        for part in ("Images", "Annotation"):
            (tmp_path / part / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(tmp_path / "Images" / f"{name}.jpg", quality=100, subsampling=0)
    two = annotation.format(box.format(0, 0, 20, 20) + "</bndbox><bndbox>" + box.format(40, 20, 60, 40))
    (tmp_path / "Annotation/n01-pug/n01_1").write_text(two)
    (tmp_path / "Annotation/n01-pug/n01_2").write_text("<annotation><xmin>5</xmin>")
    (tmp_path / "Images/list.txt").write_text("no picture")
    return str(tmp_path)


def test_a_row_for_each_dog(spark, dogs):
    df = datasets.stanford_dogs(spark, f"file:{dogs}", 16, handle_invalid="skip")
    middles = {tuple(images.to_array(row.image)[8, 8]) for row in df.collect()}
    assert len(middles) == 2
    np.testing.assert_allclose(sorted(middles), [(0, 0, 255), (255, 0, 0)], atol=4)


def test_photographs_without_a_box_are_not_lost(spark, dogs):
    df = datasets.stanford_dogs(spark, dogs, 16, handle_invalid="keep").where("cause is not null")
    rows = sorted((row.breed, row.cause) for row in df.collect())
    assert rows[0] == ("great-dane", "null box") and rows[1][0] == "pug" and len(rows) == 2
    assert rows[1][1].startswith("box (5.0, nan, nan, nan) is empty or outside")
    assert datasets.stanford_dogs(spark, dogs, 16, crop="none").count() == 3


def test_folder(spark, tmp_path):
    for name in ("cats/deep er/a.JPG", "dogs/b.png", "dogs/c.jpeg", "dogs/read.me", "dogs/.hidden.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 20), (9, 99, 199)).save(tmp_path / name, "PNG")
    df = datasets.folder(spark, tmp_path.as_uri(), 16)
    rows = df.collect()
    assert df.columns == ["label", "image"]
    assert sorted((row.label, row.image.origin.rsplit("/", 1)[1]) for row in rows) == [
        ("deep er", "a.JPG"), ("dogs", "b.png"), ("dogs", "c.jpeg")
    ]  # fmt: skip
    assert all((images.to_array(row.image) == (9, 99, 199)).all() for row in rows)
    assert datasets.folder(spark, str(tmp_path), 16, labels_from_parent=False).columns == ["image"]


def test_folders_with_a_patterns_characters(spark, dogs, tmp_path_factory):
    odd = tmp_path_factory.mktemp("odd") / "set [1] {a,b}*?"
    shutil.copytree(dogs, odd)
    assert datasets.folder(spark, str(odd / "Images"), 16).count() == 3
    rows = datasets.stanford_dogs(spark, str(odd), 16, handle_invalid="keep").collect()
    assert len(rows) == datasets.stanford_dogs(spark, dogs, 16, handle_invalid="keep").count() > 0


def test_small_files_share_partitions(spark, tmp_path):
    for i in range(600):
        (tmp_path / f"{i}.png").write_bytes(b"x")
    df = datasets.folder(spark, str(tmp_path), 16, handle_invalid="keep")
    assert df.rdd.getNumPartitions() == 8 and df.count() == 600  # four for each core; Spark makes 19


@pytest.mark.parametrize("read, error, message", [
    (lambda s, p: datasets.folder(s, f"{p}/no", 8), FileNotFoundError, "`root` must hold pictures. Received: no .*/no"),
    (lambda s, p: datasets.celeba(s, p, 8), FileNotFoundError, "must hold img_align_celeba. Received: no"),
    (lambda s, p: datasets.celeba(s, p, 8, attributes=["Sad"]), ValueError, "`attributes` must be .*Received: Sad"),
    (lambda s, p: datasets.celeba(s, p, 8, attributes="Male"), ValueError, "`attributes` must be .*Received: Male"),
    (lambda s, p: datasets.stanford_dogs(s, f"{p}/no", 8), FileNotFoundError, "`root` must hold Images"),
    (lambda s, p: datasets.stanford_dogs(s, p, 8, breeds=["cat"]), ValueError,
     r"`breeds` must be .* Received: breeds=\['cat'\]. Choose from great-dane, pug"),
    (lambda s, p: datasets.stanford_dogs(s, p, 8, breeds="pug"), ValueError, "Received: breeds='pug'"),
])  # fmt: skip
def test_refuses_before_any_job(spark, dogs, n_jobs, read, error, message):
    before = n_jobs()
    with pytest.raises(error, match=message):
        read(spark, dogs)
    assert n_jobs() == before


def test_another_list_of_attributes(spark, tmp_path):
    (tmp_path / "img_align_celeba").mkdir()
    Image.new("RGB", (178, 218)).save(tmp_path / "img_align_celeba" / "000001.jpg")
    (tmp_path / "list_attr_celeba.txt").write_text("1\nMale Young\n000001.jpg 1 -1\n")
    with pytest.raises(ValueError, match=r"must hold CelebA's 40 attributes in its header. Received: \['Male'"):
        datasets.celeba(spark, str(tmp_path), 16)


@pytest.fixture
def faces(tmp_path):
    """Two CelebA pictures, without a list."""
    (tmp_path / "img_align_celeba" / "img_align_celeba").mkdir(parents=True)  # as in Kaggle's archive
    for name in ("000001.jpg", "000002.jpg"):
        Image.new("RGB", (178, 218)).save(tmp_path / "img_align_celeba" / "img_align_celeba" / name)
    return tmp_path


NUMBERS = [["1" if (i + j) % 3 else "-1" for i in range(40)] for j in range(2)]


@pytest.mark.slow
@pytest.mark.parametrize("name, separator, header", [
    ("list_attr_celeba.txt", " ", ""), ("list_attr_celeba.txt", "\t", ""), ("list_attr_celeba.txt", "  ", ""),
    ("list_attr_celeba.csv", ",", "image_id"),
], ids=["space", "tab", "spaces", "kaggle"])  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n"])
def test_lists_of_attributes(spark, faces, name, separator, header, end):
    names = separator.join([*([header] if header else []), *CELEBA_ATTRIBUTES])
    rows = [separator.join([f"00000{j + 1}.jpg", *NUMBERS[j]]) for j in range(2)]
    (faces / name).write_bytes(end.join([*([] if header else ["2"]), names, *rows, ""]).encode())
    found = {row.image.origin[-10:]: [row[name] for name in CELEBA_ATTRIBUTES]
             for row in datasets.celeba(spark, str(faces), 16).collect()}  # fmt: skip
    assert found == {f"00000{j + 1}.jpg": [value == "1" for value in NUMBERS[j]] for j in range(2)}


@pytest.mark.parametrize("line, received", [("000001.jpg;1;-1", "'000001.jpg;1;-1'"), ("", "''")])
def test_a_list_of_other_lines(spark, faces, line, received):
    (faces / "list_attr_celeba.txt").write_text("1\n" + " ".join(CELEBA_ATTRIBUTES) + f"\n{line}\n" * bool(line))
    with pytest.raises(ValueError, match=f"a file's name and 40 numbers in each line .* Received: {received} in the"):
        datasets.celeba(spark, str(faces), 16)


def test_no_list(spark, faces):
    with pytest.raises(FileNotFoundError, match="must hold list_attr_celeba.txt or list_attr_celeba.csv. Received: no"):
        datasets.celeba(spark, str(faces), 16)
    assert datasets.celeba(spark, str(faces), 16, attributes=[]).count() == 2


def test_sql_may_read_backslashes_as_they_are(spark, dogs):
    """A setting that users of Spark 1.6 have kept."""
    spark.conf.set("spark.sql.parser.escapedStringLiterals", "true")
    try:
        df = datasets.stanford_dogs(spark, dogs, 16, handle_invalid="skip")
        assert df.count() == 2
    finally:
        spark.conf.unset("spark.sql.parser.escapedStringLiterals")
