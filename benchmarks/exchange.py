"""How fast two replicas exchange gradients and weights over the loopback interface, in the clear and encrypted.

python benchmarks/exchange.py --weights 10000000 --repeats 7 --json exchange.json

Each replica is a separate process. A plain pair and an encrypted pair take turns to exchange the gradients and values
of --weights weights, as an update does: each replica sends and receives 4 bytes a weight. Ratios compare neighbouring
turns.
"""

import argparse
import statistics
import subprocess
from contextlib import ExitStack

from report import spread, table, with_quartiles, write
from ring_peer import command

HOST, SECRET = "127.0.0.1", "of this measurement"


class Replica:
    """One process. A context manager."""

    def __init__(self, rank: int, *, encrypted: bool) -> None:
        self._command = command(rank, 2, SECRET, encrypted=encrypted)

    def __enter__(self) -> "Replica":
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        self._process = subprocess.Popen(self._command, **pipes)  # type: ignore[call-overload]
        self.port = int(self.answer())
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.communicate()

    def tell(self, line: str) -> None:
        self._process.stdin.write(line + "\n")

    def answer(self) -> str:
        return self._process.stdout.readline().split()[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=10, help="exchanges in each turn")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", help="file to write; .md and .png are written next to it")
    args = parser.parse_args()

    kinds = {"plain": False, "encrypted": True}
    with ExitStack() as stack:
        pairs = {
            kind: [stack.enter_context(Replica(rank, encrypted=encrypted)) for rank in (0, 1)]
            for kind, encrypted in kinds.items()
        }
        for pair in pairs.values():
            for replica, other in (pair, pair[::-1]):
                replica.tell(f"meet {HOST} {other.port}")
                replica.answer()
        rates = {kind: [] for kind in kinds}
        for turn in range(args.repeats + 1):
            for kind, pair in pairs.items():
                for replica in pair:
                    replica.tell(f"time {args.weights} {args.rounds}")
                seconds = max(float(replica.answer()) for replica in pair)
                if turn:  # the first one warms up
                    rates[kind].append(4e-6 * args.weights * args.rounds / seconds)
    ratios = [encrypted / plain for encrypted, plain in zip(rates["encrypted"], rates["plain"])]
    result = {
        "megabytes_per_second": {kind: spread(found) for kind, found in rates.items()}, "ratio": spread(ratios),
        "settings": vars(args),
    }  # fmt: skip
    rows = [(kind, f"{statistics.median(found):,.0f}") for kind, found in rates.items()]
    rows.append(("encrypted : plain", with_quartiles(spread(ratios))))

    def draw(axes) -> None:
        axes[0].boxplot([rates[kind] for kind in kinds])
        axes[0].set_xticks([1, 2], list(kinds))
        axes[0].set_ylabel("MB/s each way")

    write(args.json, result, table(("exchange of two replicas", "MB/s each way"), rows), draw)


if __name__ == "__main__":
    main()
