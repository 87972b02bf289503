"""A Spark cluster on this machine: processes of the pyspark package, for tests and benches."""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

WAIT_S = 90


def _home() -> Path:
    found = find_spec("pyspark")
    if found is None or found.origin is None:
        raise SystemExit("pyspark is not installed: make .venv-spark/ready")
    return Path(found.origin).parent


class Service:
    """A process of Spark's own, with what it has said so far."""

    def __init__(self, log: Path, *command: str) -> None:
        self.log = log
        home = _home()
        environment = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [str(home / "bin" / command[0]), *command[1:]],
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


@contextlib.contextmanager
def standalone(logs: Path, memory: str) -> Iterator[tuple[str, list[Service]]]:
    """A master and two workers of one core each: the master's address and the workers."""
    of, where = "org.apache.spark.deploy", ("--host", "127.0.0.1", "--webui-port", "0")
    master = Service(logs / "master", "spark-class", f"{of}.master.Master", *where, "--port", "0")
    url = master.says(r"spark://127\.0\.0\.1:\d+")
    size = ("--cores", "1", "--memory", memory, "--work-dir", str(logs / "work"))
    workers = [Service(logs / f"worker{n}", "spark-class", f"{of}.worker.Worker", *where, *size, url) for n in (1, 2)]
    try:
        for worker in workers:
            worker.says("Successfully registered")
        yield url, workers
    finally:
        for service in (master, *workers):
            if service.process.poll() is None:
                service.kill()
