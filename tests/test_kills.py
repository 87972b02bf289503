"""A run killed by SIGKILL at ten points of load, build and publish heals on the next run to the same content."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_incremental import (
    Inputs,
    assert_same_content,
    content,
    load_and_build,
    random_inputs,
    settings_in,
)

KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
import duckdb
from tests.test_incremental import load_and_build
from tests.test_kills import two_steps
deaths, seen = int(sys.argv[2]), 0

def count(*_):
    global seen
    seen += 1
    if seen == deaths:
        os.kill(os.getpid(), signal.SIGKILL)

class Mortal:
    def __init__(self, sql): self._sql = sql
    def __getattr__(self, name): return getattr(self._sql, name)
    def execute(self, *a, **k):
        count()
        return self._sql.execute(*a, **k)

connect, replace = duckdb.connect, Path.replace
duckdb.connect = lambda *a, **k: Mortal(connect(*a, **k))
Path.replace = lambda self, target: (count(), replace(self, target))[1]
load_and_build(Path(sys.argv[1]), two_steps())
print(seen)
"""


def two_steps() -> list[Inputs]:
    inputs = random_inputs(random.Random(7), weeks=2)
    late = {name: text for name, text in inputs.items() if name[1].startswith("w01")}
    return [{name: text for name, text in inputs.items() if name not in late}, late]


def run_until(folder: Path, deaths: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLED, str(folder), str(deaths)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())})


@pytest.fixture(scope="module")
def steps_in_all(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    folder = tmp_path_factory.mktemp("whole")
    done = run_until(folder, -1)
    assert done.returncode == 0, done.stderr
    return folder, int(done.stdout.split()[-1])


@pytest.mark.slow
@pytest.mark.parametrize("tenth", range(10))
def test_a_run_killed_anywhere_heals_on_the_next(tmp_path: Path, tenth: int, steps_in_all: tuple[Path, int]) -> None:
    whole, steps = steps_in_all
    killed = run_until(tmp_path, 1 + tenth * (steps - 1) // 9)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    if (settings_in(tmp_path).results / "manifest.json").is_file():
        assert content(tmp_path)["fact_calls"] is not None
    load_and_build(tmp_path, [{name: text for step in two_steps() for name, text in step.items()}])
    assert_same_content(tmp_path, whole)
