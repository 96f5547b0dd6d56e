"""Writes every benchmark's results as JSON, Markdown and PNG, with a description of the machine."""

import json
import os
import platform
import statistics
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from pyspark import SparkContext
from pyspark.sql import SparkSession

QUIET = 0.05  # ratios are repeatable up to this stolen share


def spread(values: Sequence[float]) -> Dict[str, float]:
    """The median, quartiles, extremes and number of the repeats."""
    ordered = sorted(values)
    n = len(ordered)
    return {
        "median": statistics.median(ordered), "quartile_1": ordered[n // 4], "quartile_3": ordered[(3 * n) // 4],
        "min": ordered[0], "max": ordered[-1], "n": n,
    }  # fmt: skip


def with_quartiles(found: Dict[str, float]) -> str:
    """A `spread` in the tables' format: "1.72 (1.70 to 1.86)"."""
    return f"{found['median']:.2f} ({found['quartile_1']:.2f} to {found['quartile_3']:.2f})"


def processor_ticks() -> Tuple[int, int]:
    """(ticks that the hypervisor gave to others while a program here was ready to run, ticks in use), since the machine
    started. (0, 0) if the system does not report them."""
    if not os.path.exists("/proc/stat"):
        return 0, 0
    with open("/proc/stat") as lines:
        user, nice, system, _idle, _wait, interrupts, soft, stolen = map(int, lines.readline().split()[1:9])
    return stolen, user + nice + system + interrupts + soft


_AT_START = processor_ticks()


def stolen_share() -> float:
    """The share of the processor time needed since this program began that the hypervisor gave to others."""
    stolen, used = (now - before for now, before in zip(processor_ticks(), _AT_START))
    return stolen / max(stolen + used, 1)


def machine() -> Dict[str, Any]:
    """The machine and the versions that the numbers were measured on."""
    model = ""
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as lines:
            model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "")
    context = SparkContext._active_spark_context
    return {
        "cpu": model, "cores": os.cpu_count(), "stolen_share": stolen_share(), "python": platform.python_version(),
        "java": context._jvm.System.getProperty("java.version") if context else "",
        **{name: version(name) for name in ("pyspark", "bigdl-dllib-spark3", "torch")}, "bigdl_gan": commit(),
    }  # fmt: skip


def version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def commit() -> str:
    """Git's name for the checkout, with "-dirty" if it was changed; the wheel's version if there is no checkout."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        answer = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return version("bigdl_gan")
    return answer.stdout.strip()


def jvm_process(spark: SparkSession) -> int:
    """The number of the driver JVM's process."""
    name = spark.sparkContext._jvm.java.lang.management.ManagementFactory.getRuntimeMXBean().getName()
    return int(name.split("@")[0])


def jvm_memory(spark: SparkSession, key: str) -> float:
    """The driver JVM's memory in MB: its current size (VmRSS), or its peak (VmHWM)."""
    with open(f"/proc/{jvm_process(spark)}/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(key)) / 1024


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def write(
    path: Optional[str], result: Dict[str, Any], markdown: str, draw: Callable[[List[Axes]], None], *, charts: int = 1
) -> None:
    """Print the table; write `path` (JSON), and next to it the table (.md) and a chart (.png).

    Prints a warning if the machine was not quiet.

    Args:
        path: the JSON file; None writes nothing.
        draw: draws on `charts` axes, side by side.
    """
    print(markdown)
    stolen = stolen_share()
    if stolen > QUIET:
        print(f"The hypervisor gave {stolen:.0%} of processor time to others. Repeat on a quiet machine.")
    if path is None:
        return
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"machine": machine(), **result}, indent=2) + "\n")
    file.with_suffix(".md").write_text(markdown)
    figure = Figure(figsize=(5 * charts, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    draw(list(figure.subplots(1, charts, squeeze=False)[0]))
    figure.savefig(file.with_suffix(".png"), dpi=110)
