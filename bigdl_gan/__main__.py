"""The command line: `python -m bigdl_gan jars` and `python -m bigdl_gan --version`."""

import argparse
import sys
from typing import List, Optional

from bigdl_gan import __version__
from bigdl_gan.jvm.classpath import jar_paths


def _joined_jars(arguments: argparse.Namespace) -> str:
    return ",".join(str(jar) for jar in jar_paths())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bigdl_gan", description="GANs on Spark DataFrames.")
    parser.add_argument("--version", action="version", version=f"bigdl_gan {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command")
    jars = commands.add_parser("jars", help="print the jars Spark needs, comma-joined, for spark-submit --jars")
    jars.set_defaults(run=_joined_jars)
    return parser


def main(argv: Optional[List[str]] = None) -> int:
    """Run one command and return the process's exit status.

    Args:
        argv: the arguments; None means the process's own, as in argparse."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None:  # not on standard output: spark-submit would take it for jars
        parser.exit(2, parser.format_help())
    try:
        answer = arguments.run(arguments)
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{answer}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
