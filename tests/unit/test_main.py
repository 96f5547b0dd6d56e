import subprocess
import sys
from pathlib import Path

import pytest

from bigdl_gan import __main__ as command_line
from bigdl_gan.jvm.classpath import jar_paths


def test_jars_alone_on_standard_output():
    done = subprocess.run([sys.executable, "-m", "bigdl_gan", "jars"], capture_output=True, text=True, check=True)
    assert done.stdout == ",".join(map(str, jar_paths())) + "\n"
    assert done.stderr == ""


def test_a_missing_jar_fails_on_standard_error(monkeypatch, capsys):
    def missing():
        raise RuntimeError("bigdl_gan's own jar is built when ...")

    monkeypatch.setattr(command_line, "jar_paths", missing)
    assert command_line.main(["jars"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == "bigdl_gan's own jar is built when ...\n"


def test_no_command_shows_the_usage(capsys):
    with pytest.raises(SystemExit, match="2"):
        command_line.main([])
    assert "usage: python -m bigdl_gan" in capsys.readouterr().err


def test_the_package_needs_no_java_to_be_imported():
    code = "import bigdl_gan, pyspark; assert pyspark.SparkContext._gateway is None"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
