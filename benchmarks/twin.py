"""Compares a training with PyTorch's, update by update, from the same weights, images, flips and latents.

python benchmarks/twin.py --data CELEBA --json out/twin.json
python benchmarks/twin.py --data CELEBA --updates 60 --width 8 --json out/twin.json    # the short form, one minute

CELEBA is a folder with `img_align_celeba`. Ours is `GANEstimator.fit` in local[2], alternating. The twin is the
textbook loop (`peer.py`) on the numbers that `draws.py` computes. More twins show what rounding alone does to such a
training: one with PyTorch's own kernels instead of oneDNN's, one on a single thread, one from weights that differ by
1e-7 of their size. The script reports:

- the update at which the relative difference of a loss or a gradient norm first passes 1e-5 to 1e-2;
- the same differences a few updates after each of our checkpoints, for a twin that resumes from it: this compares late
  updates before rounding errors have grown. A twin that resumes with other kernels is reported beside it;
- weights, moments and running statistics one update after our last state, for ours and for PyTorch with both kernels,
  each against a twin in double precision that resumes from that state;
- their sizes at the end of both trainings, and the means of losses and gradient norms over the last 100 updates;
- by how many levels the two libraries' images differ, from our last state and the same latents.
"""

import argparse
import contextlib
import copy
import tempfile
import warnings
from typing import Any, Dict, Iterator, List, Optional, Tuple

import numpy as np
import torch
from draws import Batches
from pyspark.sql import SparkSession
from report import table, write
from torch import nn
from twinned import (
    LATENT_DIM,
    SERIES,
    Twin,
    disturb,
    faces,
    generated,
    read_states,
    sample,
    setting_parser,
    train_ours,
    twins_of,
    with_state,
)

from bigdl_gan import configure, images
from bigdl_gan.networks import dcgan as ours

LIMITS = (1e-5, 1e-4, 1e-3, 1e-2)
AFTER = (1, 2, 5, 10, 20)  # updates after a checkpoint
ROUNDING = 1e-7
State = Dict[str, np.ndarray]


def relative(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.abs(rows - others) / np.abs(others)


def parting(rows: np.ndarray, reference: np.ndarray) -> Dict[str, Dict[str, Optional[float]]]:
    """For each series: the relative difference at the first update, and the update that passes each of LIMITS."""
    found = {}
    for name, difference in zip(SERIES, relative(rows, reference).T):
        passed = {f"{limit:g}": np.flatnonzero(difference > limit) for limit in LIMITS}
        found[name] = {"first": float(difference[0]),
                       **{limit: int(at[0]) + 1 if len(at) else None for limit, at in passed.items()}}  # fmt: skip
    return found


@contextlib.contextmanager
def other_kernels() -> Iterator[None]:
    """Uses PyTorch's own kernels instead of oneDNN's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch warns about missing GPUs
        with torch.backends.mkldnn.flags(enabled=False):
            yield


@contextlib.contextmanager
def double_precision() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


def going_on(networks: Tuple[nn.Module, ...], state: State, iteration: int, batches: Batches, count: int) -> Twin:
    """A twin that resumed from one of our states and did `count` more updates, in the current precision."""
    copies = (copy.deepcopy(network).to(torch.get_default_dtype()) for network in networks)
    return Twin(*copies).go_on_from(state, iteration).train(batches, count)


def resumed(states: Dict[int, State], rows: np.ndarray, batches: Batches, networks: Tuple[nn.Module, ...]) -> List[Any]:
    """How far ours, and a twin with other kernels, are from a twin that resumes from each state with later updates."""
    found = []
    for iteration in (at for at in states if at < len(rows)):
        count = min(AFTER[-1], len(rows) - iteration)
        reference = np.array(going_on(networks, states[iteration], iteration, batches, count).rows)
        with other_kernels():
            others = np.array(going_on(networks, states[iteration], iteration, batches, count).rows)
        sides = {"ours": rows[iteration : iteration + count], "other kernels": others}
        found.append({
            "iteration": iteration,
            **{side: {str(n): dict(zip(SERIES, relative(values, reference)[n - 1].tolist()))
                      for n in AFTER if n <= count} for side, values in sides.items()},
        })  # fmt: skip
    return found


def one_more(states: Dict[int, State], batches: Batches, networks: Tuple[nn.Module, ...]) -> Dict[str, Any]:
    """How far the state after one more update is from double precision, as a share of the update's change."""
    last, after = sorted(states)[-2:]
    begin = states[last]
    with double_precision():
        goal = going_on(networks, begin, last, batches, after - last).state()
    sides = {"ours": states[after], "PyTorch": going_on(networks, begin, last, batches, after - last).state()}
    with other_kernels():
        sides["other kernels"] = going_on(networks, begin, last, batches, after - last).state()
    return {
        side: {name: root_mean_square(state[name] - values) / root_mean_square(values - begin[name])
               for name, values in sorted(goal.items())} for side, state in sides.items()
    }  # fmt: skip


def root_mean_square(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))


def sizes(state: State, reference: State) -> Dict[str, Dict[str, float]]:
    """For each vector: its root mean square and the difference's, both relative to the reference's."""
    return {
        name: {"ratio": root_mean_square(state[name]) / root_mean_square(values),
               "difference": root_mean_square(state[name] - values) / root_mean_square(values)}
        for name, values in sorted(reference.items())
    }  # fmt: skip


def parser() -> argparse.ArgumentParser:
    made = setting_parser(__doc__)
    made.add_argument("--checkpoints", type=int, default=6, help="number of our checkpoints from which twins resume")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--samples", type=int, default=500, help="images that both make from one state")
    made.add_argument("--json", help="file to write; .md and .png are written next to it")
    return made


def main() -> None:
    args = parser().parse_args()
    torch.set_num_threads(2)
    builder = SparkSession.builder.master("local[2]").config("spark.driver.memory", "3g")
    spark = configure(builder).getOrCreate()
    df = faces(spark, args.data, args.image_size)
    batches = Batches(images.to_numpy(df), seed=args.seed, batch_size=args.batch_size, latent_dim=LATENT_DIM, flip=True)
    networks = (ours.generator(args.image_size, 3, LATENT_DIM, args.width, seed=2 * args.seed),
                ours.discriminator(args.image_size, 3, args.width, seed=2 * args.seed + 1))  # fmt: skip
    begin = twins_of(*networks, image_size=args.image_size, width=args.width)
    with tempfile.TemporaryDirectory() as folder:
        params = {
            "seed": args.seed, "batchSize": args.batch_size, "checkpointDir": folder, "keepCheckpoints": args.updates,
            "checkpointInterval": max(1, args.updates // args.checkpoints),
        }  # fmt: skip
        model, rows = train_ours(df, networks, {**params, "maxIter": args.updates})
        train_ours(df, networks, {**params, "maxIter": args.updates + 1})  # resumes from the last checkpoint
        states = read_states(folder)
    fakes = generated(model, args.samples, seed=1)
    spark.stop()

    def train(start: Tuple[nn.Module, ...]) -> Twin:
        return Twin(*copy.deepcopy(start)).train(batches, args.updates)

    twin, others = train(begin), {"weights disturbed": train(disturb(begin, ROUNDING))}
    with other_kernels():
        others["other kernels"] = train(begin)
    torch.set_num_threads(1)
    others["one thread"] = train(begin)
    torch.set_num_threads(2)
    reference, last = np.array(twin.rows), states[args.updates]
    sides = {"ours": (rows, last), **{name: (np.array(other.rows), other.state()) for name, other in others.items()}}
    series = {"twin": reference, **{side: found for side, (found, _) in sides.items()}}
    difference = np.abs(sample(with_state(begin[0], last), args.samples, seed=1).astype(int) - fakes)
    result = {
        "parting": {side: parting(found, reference) for side, (found, _) in sides.items()},
        "resumed": resumed(states, rows, batches, begin), "one_more": one_more(states, batches, begin),
        "states": {side: sizes(found, twin.state()) for side, (_, found) in sides.items()},
        "last_100": {side: dict(zip(SERIES, found[-100:].mean(0).tolist())) for side, found in series.items()},
        "levels": {"largest": int(difference.max()), "share_that_differs": float((difference > 0).mean())},
        "settings": vars(args),
    }  # fmt: skip
    write(args.json, result, markdown(result), lambda axes: draw(axes, series), charts=2)


def markdown(result: Dict[str, Any]) -> str:
    part = [
        (side, name, f"{found['first']:.0e}", *(found[f"{limit:g}"] or "-" for limit in LIMITS))
        for side, series in result["parting"].items() for name, found in series.items()
    ]  # fmt: skip
    late = [
        (at["iteration"], side, name, *(f"{at[side][str(n)][name]:.0e}" if str(n) in at[side] else "-" for n in AFTER))
        for at in result["resumed"] for side in ("ours", "other kernels") for name in SERIES[:2]
    ]  # fmt: skip
    ends = [(side, *(f"{value:.3f}" for value in means.values())) for side, means in result["last_100"].items()]
    size = [(name, *(f"{found[name]['ratio']:.3f}" for found in result["states"].values()))
            for name in result["states"]["ours"]]  # fmt: skip
    more = [(name, *(f"{found[name]:.0e}" for found in result["one_more"].values()))
            for name in result["one_more"]["ours"]]  # fmt: skip
    levels = result["levels"]
    return "\n".join([
        table(("against the twin", "of", "first update", *(f"passes {limit:g} at" for limit in LIMITS)), part),
        table(("from update", "side", "of", *(f"difference after {n}" for n in AFTER)), late),
        table(("mean of the last 100 updates", *SERIES), ends),
        table(("size over the twin's", *result["states"]), size),
        table(("one more update: share of its change", *result["one_more"]), more),
        f"Images of one state: {levels['largest']} level apart at most, {levels['share_that_differs']:.3%} of bytes",
    ])  # fmt: skip


def draw(axes: Any, series: Dict[str, np.ndarray]) -> None:
    twin, window = series["twin"][:, 1], np.ones(20) / 20
    for number, (side, rows) in enumerate(series.items()):
        if side != "twin":
            difference = np.maximum(relative(rows[:, 1], twin), 1e-9)
            axes[0].semilogy(np.arange(1, len(twin) + 1), difference, f"C{number}", label=side, linewidth=0.8)
        axes[1].plot(np.convolve(rows[:, 1], window, "valid"), f"C{number}", label=side, linewidth=0.8)
    axes[0].set_ylabel("D's loss: relative difference from the twin's")
    axes[1].set_ylabel("D's loss, mean over 20 updates")
    for each in axes:
        each.set_xlabel("update")
        each.legend(fontsize=7)


if __name__ == "__main__":
    main()
