"""The same warehouse built by DuckDB and by Spark: on a standalone cluster of two workers, one of which is killed, and by Spark
Connect. Wants pyspark and a Java: `make test-full` has a venv of its own for it.
"""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from pipeline.build import build
from pipeline.portable import to_spark
from pipeline.results import Results, open_results
from pipeline.settings import Engine, Settings
from pipeline.warehouse import open_warehouse
from tests.tables import load_table
from tests.test_incremental import random_inputs, settings_in
from tests.test_report_tickets import tables

pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.spark]
HOME = Path(pyspark.__file__).parent
CONF = {
    "spark.sql.shuffle.partitions": "2", "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1", "spark.executor.memory": "600m", "spark.cores.max": "2", "spark.executor.cores": "1",
}  # fmt: skip
WAIT_S = 90


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
    said, _ = process.communicate(timeout=480)
    assert process.returncode == 0, said[-3000:]


class Service:
    """A process of Spark's own, with what it has said so far."""

    def __init__(self, log: Path, *command: str) -> None:
        self.log = log
        environment = os.environ | {"SPARK_HOME": str(HOME), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [str(HOME / "bin" / command[0]), *command[1:]],
                stdout=out,
                stderr=out,
                env=environment,
                start_new_session=True,
            )

    def says(self, pattern: str) -> str:
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            if found := re.search(pattern, self.log.read_text("utf-8", errors="replace")):
                return found.group()
            time.sleep(0.3)
        raise TimeoutError(f"{pattern} not in {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("duckdb")
    build_in(folder)
    return open_results(settings_of(folder).results)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[Service]]]:
    logs = tmp_path_factory.mktemp("cluster")
    of, where = "org.apache.spark.deploy", ("--host", "127.0.0.1", "--webui-port", "0")
    master = Service(logs / "master", "spark-class", f"{of}.master.Master", *where, "--port", "0")
    url = master.says(r"spark://127\.0\.0\.1:\d+")
    size = ("--cores", "1", "--memory", "1g", "--work-dir", str(logs / "work"))
    workers = [Service(logs / f"worker{n}", "spark-class", f"{of}.worker.Worker", *where, *size, url) for n in (1, 2)]
    for worker in workers:
        worker.says("Successfully registered")
    yield url, workers
    for service in (master, *workers):
        if service.process.poll() is None:
            service.kill()


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


def test_instants_keep_their_fraction_on_spark() -> None:
    assert "unix_micros" in to_spark("select epoch(at) as s from t", "q").lower()


if __name__ == "__main__":
    build_in(Path(sys.argv[1]), sys.argv[2])
