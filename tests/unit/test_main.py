import subprocess
import sys

import pytest

import bigdl_gan
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
    output = capsys.readouterr()
    assert output.out == "" and "usage: python -m bigdl_gan" in output.err
    assert "print the jars Spark needs" in output.err  # the commands too


def test_the_version(capsys):
    with pytest.raises(SystemExit, match="0"):
        command_line.main(["--version"])
    assert capsys.readouterr().out == f"bigdl_gan {bigdl_gan.__version__}\n"
