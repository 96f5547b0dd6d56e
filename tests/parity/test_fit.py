"""A whole `fit`, against a PyTorch loop that gets the training's own images, flips and latents."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import softplus

from benchmarks.draws import GENERATE, Batches, normals, to_levels
from benchmarks.peer import dcgan as peers
from bigdl_gan import GANEstimator, images
from bigdl_gan.images import IMAGE_SCHEMA, from_array
from bigdl_gan.jvm.bridge import quiet_dllib
from bigdl_gan.networks import dcgan

SIZE, WIDTH, LATENT, BATCH, SEED = 28, 4, 6, 4, 11
PIXELS = np.random.default_rng(1).integers(0, 256, size=(10, SIZE, SIZE, 3), dtype=np.uint8)
ROLES = ("generator", "discriminator")


@pytest.fixture(scope="module")
def table(spark):
    """PIXELS, in three partitions."""
    rows = [(from_array(image),) for image in PIXELS]
    return spark.createDataFrame(spark.sparkContext.parallelize(rows, 3), f"image {IMAGE_SCHEMA.simpleString()}")


@pytest.fixture
def pairs(spark, same_weights):
    """Our networks and PyTorch's with the same weights, large enough for images that differ."""
    with quiet_dllib():
        models = dcgan.generator(SIZE, 3, LATENT, WIDTH), dcgan.discriminator(SIZE, 3, WIDTH)
    twins, rng = peers(SIZE, 3, WIDTH, LATENT), np.random.default_rng(2)
    for model, twin in zip(models, twins):
        same_weights(model, twin, rng, 0.1)
    return models, twins


class Loop:
    """The textbook's loop, alternating, with several discriminator updates for each generator update."""

    def __init__(self, networks, batches, n_critic):
        self.networks, self.batches, self.n_critic, self.draw = networks, batches, n_critic, 0
        self.optimizers = [torch.optim.Adam(network.parameters(), 2e-4, (0.5, 0.999)) for network in networks]

    def step(self, role, loss):
        optimizer = self.optimizers[role]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def update(self):
        generator, discriminator = self.networks
        for _ in range(self.n_critic):
            real, z = (torch.from_numpy(x) for x in (self.batches.reals(self.draw), self.batches.latents(self.draw)))
            self.draw += 1
            fake = generator(z)
            on_real, on_fake = discriminator(real), discriminator(fake.detach())
            self.step(1, softplus(-on_real).mean() + softplus(on_fake).mean())
        self.step(0, softplus(-discriminator(fake)).mean())

    def state(self):
        """The state in the format of a checkpoint's files."""
        found = {}
        for role, network, optimizer in zip(ROLES, self.networks, self.optimizers):
            moments = [optimizer.state[p] for p in network.parameters()]
            statistics = [s for m in network if hasattr(m, "running_var") for s in (m.running_mean, m.running_var)]
            parts = {"weights": list(network.parameters()), "statistics": statistics,
                     "optimizer.s": [m["exp_avg"] for m in moments],
                     "optimizer.r": [m["exp_avg_sq"] for m in moments]}  # fmt: skip
            for name, tensors in parts.items():
                values = [t.detach().numpy().ravel() for t in tensors]
                found[f"{role}.{name}.f32"] = np.concatenate(values)
        return found


def begin_of(twins):
    return {f"{role}.weights.f32": np.concatenate([p.detach().numpy().ravel() for p in twin.parameters()])
            for role, twin in zip(ROLES, twins)}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("n_critic, n_updates", [(1, 8), (2, 4)])
@pytest.mark.parametrize("flip", [False, True])
def test_a_fit_is_the_textbook_loop_on_what_it_draws(table, pairs, tmp_path, flip, n_critic, n_updates):
    """Three epochs of ten images, in batches of four. Any difference beyond rounding would be as large as the value."""
    models, twins = pairs
    begin = begin_of(twins)
    model = GANEstimator(
        generator=models[0], discriminator=models[1], updateRule="alternating", nCritic=n_critic, batchSize=BATCH,
        maxIter=n_updates, seed=SEED, randomFlip=flip, callbacks=[], checkpointDir=str(tmp_path),
        generatorWeights="raw",
    ).fit(table)  # fmt: skip
    loop = Loop(twins, Batches(PIXELS, seed=SEED, batch_size=BATCH, latent_dim=LATENT, flip=flip), n_critic)
    for _ in range(n_updates):
        loop.update()
    folder = Path(tmp_path) / f"checkpoint-{n_updates:08d}"
    for name, expected in loop.state().items():
        moved = expected - begin.get(name, 0)
        error = np.linalg.norm(np.fromfile(folder / name, "<f4") - expected) / np.linalg.norm(moved)
        assert error < 1e-3, (name, error)

    generator = twins[0].eval()
    with torch.no_grad():
        made = to_levels(generator(torch.from_numpy(normals(5, GENERATE, 0, np.arange(40), LATENT))).numpy())
    ours = images.to_numpy(model.generate(40, seed=5).orderBy("id"))
    difference = np.abs(ours.astype(int) - made)
    assert difference.max() <= 1 and (difference > 0).mean() < 0.05
