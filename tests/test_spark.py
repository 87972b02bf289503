"""DuckDB and Spark beside each other: every portable function, every finding, and whole warehouses built on a standalone cluster of
two workers, one of which is killed, and by Spark Connect. Wants pyspark and a Java: `make test-full` has a venv for it.
"""

import math
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.building.build import build
from pipeline.engines.portable import read_functions
from pipeline.engines.spark import open_spark
from pipeline.engines.warehouse import open_warehouse
from pipeline.findings import find_all
from pipeline.findings.ledger import laid, variants
from pipeline.findings.look import look
from pipeline.results import Results, open_results
from pipeline.settings import Engine, Settings
from tests.simulated import settings_in as simulated_settings
from tests.spark_cluster import Service, standalone
from tests.tables import Memory, load_table
from tests.test_incremental import random_inputs, settings_in
from tests.test_report_tickets import tables

pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.spark]
SAMPLE = Path("data/sample/pipeline.toml").resolve()
CONF = {
    "spark.sql.shuffle.partitions": "2", "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1", "spark.executor.memory": "600m", "spark.cores.max": "2", "spark.executor.cores": "1",
}  # fmt: skip


def settings_of(folder: Path, master: str = "") -> Settings:
    engine = Engine(name="spark", master=master, conf={} if master.startswith("sc:") else CONF) if master else Engine()
    return settings_in(folder).model_copy(update={"engine": engine})


def build_in(folder: Path, master: str = "") -> None:
    """Random calls with nobody, nothing and Sundays in them over the change of the clocks, tickets and letters."""
    settings = settings_of(folder, master)
    inputs = [(table, text, name) for (table, name), text in random_inputs(random.Random(5)).items()]
    inputs += [(table, text, "tickets.csv") for table, text in tables().items()]
    with open_warehouse(settings) as warehouse:
        for table, text, name in inputs:
            load_table(warehouse, settings, folder / "in", table, text, name=name)
        build(warehouse, settings, [], lambda step: print(step, flush=True))


def begin_build(folder: Path, master: str) -> subprocess.Popen[str]:
    """In a process of its own: a process has one Spark session."""
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-m", "tests.test_spark", str(folder), master]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)


def end_build(process: subprocess.Popen[str]) -> None:
    said, _ = process.communicate(timeout=1200)
    assert process.returncode == 0, said[-3000:]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("duckdb")
    build_in(folder)
    return open_results(settings_of(folder).results)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[Service]]]:
    with standalone(tmp_path_factory.mktemp("cluster"), memory="1g") as started:
        yield started


@pytest.fixture(scope="module")
def connect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("connect") / "log"
    port = 15000 + random.Random(os.getpid()).randrange(900)
    conf = [
        part
        for key, value in {**CONF, "spark.connect.grpc.binding.port": str(port)}.items()
        for part in ("--conf", f"{key}={value}")
    ]
    server = "org.apache.spark.sql.connect.service.SparkConnectServer"
    service = Service(log, "spark-submit", "--master", "local[2]", *conf, "--class", server, "spark-internal")
    service.says("Spark Connect server started")
    yield f"sc://127.0.0.1:{port}"
    service.kill()


def assert_same(found: Results, expected: Results) -> None:
    """Texts, counts and whole numbers to the bit, the rest to 1e-9."""
    assert found.tables == expected.tables and found.weeks == expected.weeks
    for table in expected.tables:
        one, other = (results.frame(f"select * from {table} order by all") for results in (found, expected))
        pd.testing.assert_frame_equal(one, other, obj=table, rtol=1e-9, atol=0, check_exact=False)


def sample_in(folder: Path, engine: str = "") -> Path:
    """The settings of data/sample with a warehouse of its own."""
    text = SAMPLE.read_text("utf-8").replace("../sample-work/", "").replace('inbox = "."', f'inbox = "{SAMPLE.parent}"')
    folder.mkdir()
    config = folder / "pipeline.toml"
    config.write_text(text.replace('"../../reports"', '"reports"') + engine, "utf-8")
    return config


def command(config: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "--config", str(config), *words],
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_sample_is_the_same_on_a_cluster(tmp_path: Path, cluster: tuple[str, list[Service]]) -> None:
    """As a user would: the same logs in two warehouses, `run` on DuckDB and on Spark."""
    conf = "\n".join(f'"{name}" = "{value}"' for name, value in CONF.items())
    engine = f'\n[engine]\nname = "spark"\nmaster = "{cluster[0]}"\n[engine.conf]\n{conf}\n'
    configs = sample_in(tmp_path / "duckdb"), sample_in(tmp_path / "spark", engine)
    for config in configs:
        command(config, "run", "--lang", "en")
    one, other = (open_results(config.parent / "warehouse.results") for config in configs)
    assert len(one.weeks) > 15
    assert_same(other, one)


def test_a_cluster_publishes_the_same_though_a_worker_is_killed(
    tmp_path: Path, cluster: tuple[str, list[Service]], expected: Results
) -> None:
    url, workers = cluster
    running = begin_build(tmp_path, url)
    assert running.stdout
    for line in running.stdout:
        if "fact_calls on Spark" in line:
            workers[0].kill()
            break
    end_build(running)
    assert workers[0].process.poll() is not None
    assert_same(open_results(settings_of(tmp_path).results), expected)


def test_spark_connect_publishes_the_same(tmp_path: Path, connect: str, expected: Results) -> None:
    end_build(begin_build(tmp_path, connect))
    assert_same(open_results(settings_of(tmp_path).results), expected)


ROWS = pd.DataFrame(
    {
        "x": [0.5, -1.5, 2.5, None, 86400.125],
        "n": pd.array([1, 2, 3, None, 5], dtype="Int64"),
        "s": ["abc", None, "", "Grün", "зима"],
        "moment": pd.to_datetime(["2026-03-29 00:30", "2026-10-25 01:00:00.25", None, "2024-02-29", "1999-12-31 23:59:59.999999"], format="ISO8601").as_unit("us"),
        "flag": pd.array([True, False, None, True, True], dtype="boolean"),
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a session in this process."""
    folder = tmp_path_factory.mktemp("local")
    engine = Engine(name="spark", master="local[2]", exchange=folder.as_uri(), conf=CONF)
    return settings_in(folder).model_copy(update={"engine": engine})


@pytest.mark.parametrize("group", read_functions())
def test_every_portable_function_means_the_same_on_both(group: str, local: Settings) -> None:
    tried = {name: f"({entry['try']}) as tried_{name}" for name, entry in read_functions()[group].items()}
    order = "" if group == "aggregates" else " order by coalesce(n, -1)"
    sql = f"select {', '.join(tried.values())} from rows_tried{order}"
    tables = {"rows_tried": ROWS, "one": pd.DataFrame({"n": [1]})}
    found, expected = open_spark(local).frame(sql, **tables), Memory(**tables).frame(sql)
    for name in expected:
        one, other = ([_plain(value) for value in frame[name]] for frame in (found, expected))
        assert all(map(alike, one, other)), (name, one, other)


def test_every_finding_is_the_same_on_both(results: Results, home: Path, local: Settings) -> None:
    settings = simulated_settings(home)
    on_spark = settings.model_copy(update={"engine": local.engine})
    for week in results.weeks[-3:]:
        found, expected = (find_all(results, chosen, week) for chosen in (on_spark, settings))
        assert len(expected) > 5
        assert alike([finding.document() for finding in found], [finding.document() for finding in expected]), week


def test_the_ledger_of_repeats_is_the_same_on_both(results: Results, home: Path, local: Settings) -> None:
    settings = simulated_settings(home)
    on_spark = settings.model_copy(update={"engine": local.engine})
    found, expected = (look(results, chosen) for chosen in (on_spark, settings))
    sides = [laid(centre) for centre in (found, expected)]
    assert sides[0] and sides[1] and len(sides[1].agents) > 5
    pd.testing.assert_frame_equal(sides[0].agents, sides[1].agents, rtol=1e-9)
    pd.testing.assert_frame_equal(variants(found), variants(expected))


def _plain(value: object) -> object:
    """A list for an array, None for what is absent."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return None if pd.isna(value) else value


def alike(one: object, other: object) -> bool:
    """The same, but for the last digits of fractions, which depend on the order of sums."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9) or (one != one and other != other)
    return one == other


if __name__ == "__main__":
    build_in(Path(sys.argv[1]), sys.argv[2])
