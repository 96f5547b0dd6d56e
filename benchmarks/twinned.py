"""Runs our training and PyTorch's on the same weights, images, flips and latents."""

import argparse
import copy
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
import torch
from draws import GENERATE, Batches, normals, to_levels
from peer import Textbook, dcgan
from pyspark.sql import DataFrame, SparkSession
from torch import nn

from bigdl_gan import GANEstimator, GANModel, datasets, images
from bigdl_gan.callbacks import Callback, Training

LATENT_DIM = 100
ROLES = ("generator", "discriminator")
SERIES = ("loss/generator", "loss/discriminator", "gradient_norm/generator", "gradient_norm/discriminator")


def setting_parser(description: str) -> argparse.ArgumentParser:
    """The options that both scripts share: data, networks, and how long they train."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--data", required=True, help="folder with CelebA at half size")
    made.add_argument("--image-size", type=int, default=64, choices=(32, 64))
    made.add_argument("--width", type=int, default=12)
    made.add_argument("--batch-size", type=int, default=32)
    made.add_argument("--updates", type=int, default=600)
    return made


class Twin(Textbook):
    """The textbook loop; records the same statistics as ours for each update.

    Attributes:
        iteration: updates done.
        rows: each update's SERIES.
    """

    def __init__(self, generator: nn.Module, discriminator: nn.Module) -> None:
        super().__init__(generator, discriminator, LATENT_DIM)
        self.iteration = 0
        self.rows: List[Tuple[float, ...]] = []
        self._norms = [0.0, 0.0]
        for number, optimizer in enumerate(self.optimizers):
            optimizer.register_step_pre_hook(self._observer(number))

    @property
    def networks(self) -> List[nn.Sequential]:
        """The networks, in the order of ROLES."""
        return [self.generator, self.discriminator]

    @property
    def optimizers(self) -> List[torch.optim.Optimizer]:
        """The optimisers, in the order of ROLES."""
        return [self._g_step, self._d_step]

    def _observer(self, number: int) -> Any:
        def observe(optimizer: torch.optim.Optimizer, *_: Any) -> None:
            group = optimizer.param_groups[0]
            self._norms[number] = float(sum(p.grad.double().square().sum() for p in group["params"]) ** 0.5)

        return observe

    def train(self, batches: Batches, n_updates: int) -> "Twin":
        """Do updates with our draws; return self."""
        for _ in range(n_updates):
            drawn = batches.reals(self.iteration), batches.latents(self.iteration)
            losses = self.step(*(torch.from_numpy(x).to(torch.get_default_dtype()) for x in drawn))
            self.iteration += 1
            self.rows.append((*losses, *self._norms))
        return self

    def state(self) -> Dict[str, np.ndarray]:
        """The contents of one of our checkpoints, by the names of its files."""
        found = {}
        for role, network, optimizer in zip(ROLES, self.networks, self.optimizers):
            for name, tensors in _vectors(network, optimizer).items():
                found[f"{role}.{name}"] = np.concatenate([t.detach().numpy().ravel() for t in tensors])
        return found

    def go_on_from(self, state: Dict[str, np.ndarray], iteration: int) -> "Twin":
        """Take over the state of our training after `iteration` updates; return self."""
        self.iteration = iteration
        for role, network, optimizer in zip(ROLES, self.networks, self.optimizers):
            for p in network.parameters():
                moments = {"exp_avg": torch.zeros_like(p), "exp_avg_sq": torch.zeros_like(p)}
                optimizer.state[p] = {"step": torch.tensor(float(iteration)), **moments}
            for name, tensors in _vectors(network, optimizer).items():
                _scatter(state[f"{role}.{name}"], tensors)
        return self


def _norms(network: nn.Module) -> List[nn.BatchNorm2d]:
    return [layer for layer in network if isinstance(layer, nn.BatchNorm2d)]


def _vectors(network: nn.Module, optimizer: torch.optim.Optimizer) -> Dict[str, List[torch.Tensor]]:
    moments = [optimizer.state[p] for p in network.parameters()]
    return {
        "weights": list(network.parameters()), "statistics": _statistics(network),
        "optimizer.s": [m["exp_avg"] for m in moments], "optimizer.r": [m["exp_avg_sq"] for m in moments],
    }  # fmt: skip


def _statistics(network: nn.Module) -> List[torch.Tensor]:
    return [statistic for layer in _norms(network) for statistic in (layer.running_mean, layer.running_var)]


def _scatter(values: np.ndarray, tensors: Sequence[torch.Tensor]) -> None:
    parts = torch.from_numpy(values.copy()).split([t.numel() for t in tensors])
    for tensor, part in zip(tensors, parts):
        tensor.data.copy_(part.reshape(tensor.shape))


def twins_of(generator: Any, discriminator: Any, *, image_size: int, width: int) -> Tuple[nn.Module, nn.Module]:
    """PyTorch's networks with our networks' weights; the layers have the same order."""
    networks = dcgan(image_size, 3, width, LATENT_DIM)
    for network, model in zip(networks, (generator, discriminator)):
        _scatter(np.concatenate([w.ravel() for w in model.get_weights()]), list(network.parameters()))
    return networks


def with_state(generator: nn.Module, state: Dict[str, np.ndarray]) -> nn.Module:
    """A copy of the generator with the weights and running statistics from one of our states."""
    found = copy.deepcopy(generator)
    _scatter(state["generator.weights"], list(found.parameters()))
    _scatter(state["generator.statistics"], _statistics(found))
    return found


def disturb(networks: Tuple[nn.Module, ...], size: float) -> Tuple[nn.Module, ...]:
    """Copies whose weights differ by about this share of their size."""
    noise, copies = torch.Generator().manual_seed(0), copy.deepcopy(networks)
    with torch.no_grad():
        for parameter in (p for network in copies for p in network.parameters()):
            parameter.mul_(1 + size * torch.randn(parameter.shape, generator=noise))
    return copies


@torch.no_grad()
def sample(generator: nn.Module, n: int, seed: int) -> np.ndarray:
    """The images that `GANModel.generate(n, seed)` makes with the same generator, uint8 (n, H, W, C)."""
    latents = torch.from_numpy(normals(seed, GENERATE, 0, np.arange(n), LATENT_DIM))
    generator.eval()
    made = torch.cat([generator(part) for part in latents.split(250)])
    generator.train()
    return to_levels(made.numpy())


def generated(model: GANModel, n: int, seed: int) -> np.ndarray:
    """Our images, ordered by id, uint8 (n, H, W, C)."""
    return images.to_numpy(model.generate(n, seed).orderBy("id"))


def faces(spark: SparkSession, root: str, image_size: int) -> DataFrame:
    """The central 54 pixels of half-size CelebA, cached so that both sides see the same order."""
    return datasets.celeba(spark, root, image_size, attributes=(), crop=54).cache()


class Recorder(Callback):
    """Keeps each update's SERIES."""

    def __init__(self) -> None:
        self.rows: List[Tuple[float, ...]] = []

    def on_chunk(self, rows: List[Dict[str, Any]], training: Training) -> None:
        self.rows.extend(tuple(row[name] for name in SERIES) for row in rows)


def train_ours(df: DataFrame, networks: Sequence[Any], params: Dict[str, Any]) -> Tuple[GANModel, np.ndarray]:
    """Our model and each update's SERIES, (updates, 4).

    Args:
        networks: generator and discriminator."""
    recorder = Recorder()
    estimator = GANEstimator(generator=networks[0], discriminator=networks[1], updateRule="alternating",
                             randomFlip=True, emaHalfLife=0.0, callbacks=[recorder])  # fmt: skip
    return estimator.setParams(**params).fit(df), np.array(recorder.rows)


def read_states(folder: str) -> Dict[int, Dict[str, np.ndarray]]:
    """The vectors of every checkpoint in a folder, by number of updates."""
    found = {}
    for path in sorted(Path(folder).glob("checkpoint-*")):
        vectors = {file.name[: -len(".f32")]: np.fromfile(file, "<f4") for file in path.glob("*.f32")}
        found[int(path.name.split("-")[1])] = vectors
    return found
