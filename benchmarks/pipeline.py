"""Reading, decoding and resizing JPEGs on Spark, in turn with a Pillow loop on as many processes; the cache's size.

python benchmarks/pipeline.py --master 'local[2]' --repeats 7
python benchmarks/pipeline.py --data /data/img_align_celeba --crop 108
"""

import argparse
import io
import multiprocessing
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any, Dict, List, Union

import numpy as np
from PIL import Image
from pyspark.sql import DataFrame, SparkSession
from report import spread, table, with_quartiles, write

from bigdl_gan import configure, datasets
from bigdl_gan.jvm import bridge


def make_jpegs(folder: Path, *, n: int, height: int, width: int, seed: int) -> None:
    """Coloured clouds with some noise, about as many bytes as photographs of the size."""
    draw = np.random.default_rng(seed)
    for i in range(n):
        clouds = Image.fromarray(draw.integers(0, 256, (12, 12, 3), dtype=np.uint8)).resize((width, height), 3)
        pixels = np.asarray(clouds) + draw.normal(0, 6, (height, width, 1))
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / f"{i:06}.jpg", quality=90)


def load(path: str, *, size: int, crop: Union[str, int]) -> bytes:
    """The peer's way with one file: what a program without Spark does."""
    with open(path, "rb") as file, Image.open(io.BytesIO(file.read())) as image:
        width = image.size[0]
        side = min(image.size) if crop == "center" else crop
        # the same shortcut as ours: decoded at a fraction that leaves three times the pixels asked for
        image.draft(None, tuple(3 * length * size // side for length in image.size))
        kept = round(side * image.size[0] / width)
        left, top = (image.size[0] - kept) // 2, (image.size[1] - kept) // 2
        cropped = image.convert("RGB").crop((left, top, left + kept, top + kept))
        return cropped.resize((size, size), Image.LANCZOS).tobytes("raw", "BGR")


def run_peer(pool: Any, paths: List[str], *, size: int, crop: Union[str, int]) -> float:
    begin = time.perf_counter()
    for data in pool.imap_unordered(partial(load, size=size, crop=crop), paths, chunksize=32):
        assert len(data) == size * size * 3
    return time.perf_counter() - begin


def run_ours(df: DataFrame) -> float:
    """Every row reaches the JVM, and is thrown away there."""
    begin = time.perf_counter()
    df.write.format("noop").mode("overwrite").save()
    return time.perf_counter() - begin


def cached_bytes(df: DataFrame) -> Dict[str, float]:
    """What the training's own table holds in Spark's storage, by the account of Spark itself."""
    context = df.sparkSession.sparkContext
    before = {info.id() for info in context._jsc.sc().getRDDStorageInfo()}
    table = bridge.call("openTable", bridge.java_frame(df.select("image")), "MEMORY_AND_DISK")
    try:
        kinds = bridge.call_json("describeTable", table)["kinds"]
        held = [info for info in context._jsc.sc().getRDDStorageInfo() if info.id() not in before]
        memory, disk = sum(info.memSize() for info in held), sum(info.diskSize() for info in held)
    finally:
        table.release()
    values = sum(kind["count"] * kind["height"] * kind["width"] * kind["channels"] for kind in kinds)
    return {"memory": memory, "disk": disk, "values": values, "bytes_per_value": (memory + disk) / values}


def compare(df: DataFrame, paths: List[str], pool: Any, args: argparse.Namespace) -> Dict[str, Any]:
    """Seconds of both, one after the other, after a round to warm up."""
    rounds = [
        (run_ours(df), run_peer(pool, paths, size=args.image_size, crop=args.crop)) for _ in range(args.repeats + 1)
    ][1:]
    n, cores = len(paths), df.sparkSession.sparkContext.defaultParallelism
    ours, peer = ([n / seconds for seconds in side] for side in zip(*rounds))
    spreads = {"images_per_second": spread(ours), "peer_images_per_second": spread(peer),
               "ratio": spread([a / b for a, b in zip(ours, peer)])}  # fmt: skip
    medians = {key: found["median"] for key, found in spreads.items()}
    return {
        **medians, "images_per_second_per_core": medians["images_per_second"] / cores,
        "peer_images_per_second_per_core": medians["peer_images_per_second"] / cores, "images": n, "cores": cores,
        "spread": spreads,
    }  # fmt: skip


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder of .jpg alone, searched with its folders; by default made from numbers")
    parser.add_argument("--images", type=int, default=2000, help="how many are made")
    parser.add_argument("--jpeg-size", type=int, nargs=2, default=(218, 178), metavar=("HEIGHT", "WIDTH"))
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--crop", default="center", help='"center", or the side of the central square in pixels')
    parser.add_argument("--master", default="local[2]", help="a local master: the peer has as many processes")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", help="file to write; .md and .png are written next to it")
    args = parser.parse_args()
    args.crop = args.crop if args.crop == "center" else int(args.crop)
    return args


def main() -> None:
    args = parse()
    spark = configure(SparkSession.builder.master(args.master)).getOrCreate()
    with tempfile.TemporaryDirectory() as made:
        if not args.data:
            height, width = args.jpeg_size
            make_jpegs(Path(made), n=args.images, height=height, width=width, seed=args.seed)
        root = str(Path(args.data or made).resolve())
        paths = sorted(str(path) for path in Path(root).rglob("*.jpg"))
        df = datasets.folder(spark, root, args.image_size, labels_from_parent=False, crop=args.crop)
        with multiprocessing.get_context("spawn").Pool(spark.sparkContext.defaultParallelism) as pool:
            result = compare(df, paths, pool, args)
        result.update(cache=cached_bytes(df), settings=vars(args))
    what = f"{result['images']} JPEGs to {args.image_size}x{args.image_size}, `{args.master}`"
    markdown = table(
        ("pipeline", "images/s", "a core", "Pillow alone", "ratio (quartiles)", "bytes cached a pixel and channel"),
        [(what, f"{result['images_per_second']:.0f}", f"{result['images_per_second_per_core']:.0f}",
          f"{result['peer_images_per_second']:.0f}",
          with_quartiles(result["spread"]["ratio"]),
          f"{result['cache']['bytes_per_value']:.3f}")],
    )  # fmt: skip

    def draw(axes) -> None:
        axes[0].bar(["bigdl_gan", "Pillow alone"], [result["images_per_second"], result["peer_images_per_second"]])
        axes[0].set_ylabel(f"images/s on {result['cores']} cores (median)")

    write(args.json, result, markdown, draw)
    spark.stop()


if __name__ == "__main__":
    main()
