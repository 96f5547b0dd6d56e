"""Quality and speed on all of MNIST against PyTorch's textbook loop; the two take turns in one run.

python benchmarks/digits.py --data DIR --epochs 5 --out out/digits-benchmark

Quality is the Fréchet distance between generated and real test digits, in the 64 features of the last hidden layer of
a small classifier that this script trains on the training digits. Lower is better; one half of the test digits against
the other gives the floor. The script also reports the classifier's mean confidence and the entropy of the classes that
it predicts (at most 2.30 nats). Both generators run in inference mode, with running averages in batch normalisation.
"""

import argparse
from pathlib import Path
from typing import Dict, Iterator

import numpy as np
import torch
from peer import Textbook, dcgan
from PIL import Image
from pyspark.sql import SparkSession
from report import table, write
from torch import nn
from turns import InTurn

from bigdl_gan import GANEstimator, configure, datasets, images
from bigdl_gan.callbacks import ProgressBar
from bigdl_gan.networks import dcgan as ours

BATCH = 128


def to_tensor(df) -> torch.Tensor:
    """All images of a DataFrame of digits, (N, 1, 28, 28) in [-1, 1]."""
    pixels = np.stack([np.frombuffer(bytes(row.data), np.uint8) for row in df.select("image.data").collect()])
    return torch.from_numpy(pixels.reshape(-1, 1, 28, 28).astype(np.float32)) / 127.5 - 1


def classifier(x: torch.Tensor, y: torch.Tensor) -> nn.Sequential:
    """A small convolutional classifier, trained for one epoch: some 98 % accuracy on the test digits."""
    net = nn.Sequential(
        nn.Conv2d(1, 32, 3, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 3, 2, 1), nn.ReLU(), nn.Flatten(),
        nn.Linear(64 * 49, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip
    step = torch.optim.Adam(net.parameters(), 1e-3)
    for index in torch.randperm(len(x)).split(128):
        step.zero_grad()
        nn.functional.cross_entropy(net(x[index]), y[index]).backward()
        step.step()
    return net.eval()


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """The distance between two sets of features (N, F) as Gaussians. Source: Heusel et al. 2017, arXiv:1706.08500."""
    (mean_a, cov_a), (mean_b, cov_b) = ((s.mean(0), np.cov(s, rowvar=False)) for s in (a, b))
    values = np.linalg.eigvals(cov_a @ cov_b).real.clip(min=0)
    return float(((mean_a - mean_b) ** 2).sum() + np.trace(cov_a + cov_b) - 2 * np.sqrt(values).sum())


@torch.no_grad()
def quality(net: nn.Sequential, fakes: torch.Tensor, reals: torch.Tensor) -> Dict[str, float]:
    def features(x: torch.Tensor) -> np.ndarray:
        return torch.cat([net[:-1](part) for part in x.split(500)]).double().numpy()

    seen = net[-1](torch.from_numpy(features(fakes)).float()).softmax(1)
    classes = seen.mean(0)
    return {
        "frechet_distance": frechet(features(fakes), features(reals)),
        "confidence": float(seen.max(1).values.mean()),
        "class_entropy": float(-(classes * classes.clamp(min=1e-9).log()).sum()),
    }


def batches(x: torch.Tensor) -> Iterator[torch.Tensor]:
    while True:
        for index in torch.randperm(len(x)).split(BATCH):
            if len(index) == BATCH:
                yield x[index]


@torch.no_grad()
def peer_images(generator: nn.Module, n: int) -> torch.Tensor:
    generator.eval()
    fakes = torch.cat([generator(torch.randn(500, 100)) for _ in range(n // 500)])
    return ((fakes + 1) * 127.5).round().clamp(0, 255) / 127.5 - 1  # rounded to eight bits, like ours


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder with MNIST's four idx files")
    parser.add_argument("--epochs", type=float, default=5)
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--update-rule", default="simultaneous")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="out/digits-benchmark", help="folder for both grids")
    parser.add_argument("--json", help="file to write; .md and .png are written next to it")
    args = parser.parse_args()

    spark = configure(SparkSession.builder.master("local[2]")).getOrCreate()
    torch.manual_seed(args.seed)
    torch.set_num_threads(2)
    train, test = (datasets.mnist(spark, path=args.data, split=split) for split in ("train", "test"))
    x, reals = to_tensor(train), to_tensor(test)
    net = classifier(x, torch.tensor([row.label for row in train.select("label").collect()]))
    stream = batches(x)
    peer = Textbook(*dcgan(28, 1, 64))
    turns = InTurn({"textbook": lambda: peer.update(next(stream))}, warm_up=10)
    model = GANEstimator(
        generator=ours.generator(28, 1), discriminator=ours.discriminator(28, 1), batchSize=BATCH,
        maxEpochs=args.epochs, seed=args.seed, updateRule=args.update_rule, callbacks=[ProgressBar(), turns],
        emaHalfLife=0.0,  # the peer averages no weights
    ).fit(train)  # fmt: skip
    fakes = model.generate(args.samples, seed=1).cache()
    peers = peer_images(peer.generator, args.samples)
    out = Path(args.out)
    images.write_grid(fakes, str(out / "ours.png"), rows=8, cols=8)
    tiles = ((peers[:64] + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    Image.fromarray(images.grid(tiles, rows=8, cols=8)[:, :, 0]).save(out / "peer.png")
    rates = ("images_per_second", "peer_images_per_second")
    result = {
        "images_per_second": turns.images_per_second("ours", BATCH),
        "peer_images_per_second": turns.images_per_second("textbook", BATCH), "ratio": turns.ratio("textbook"),
        "ours": quality(net, to_tensor(fakes), reals), "peer": quality(net, peers, reals),
        "floor": quality(net, reals[:5000], reals[5000:]), "settings": vars(args),
    }  # fmt: skip
    kinds = {"ours": "bigdl_gan", "peer": "PyTorch", "floor": "half of the test digits"}
    rows = [(label, *(f"{number:.2f}" for number in result[kind].values())) for kind, label in kinds.items()]
    speed = ("images/s, and PyTorch's", *(f"{result[key]['median']:.0f}" for key in rates), "")

    def draw(axes) -> None:
        axes[0].bar(list(kinds.values()), [result[kind]["frechet_distance"] for kind in kinds])
        axes[0].set_ylabel("Fréchet distance")

    header = ("digits", "Fréchet distance", "confidence", "entropy of the classes")
    write(args.json, result, table(header, [*rows, speed]), draw)
    spark.stop()


if __name__ == "__main__":
    main()
