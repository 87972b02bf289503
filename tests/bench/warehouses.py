"""Warehouses of generated calls, each in a folder of its own, filled and built by the commands that users type."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from pipeline.results import open_results
from tests.bench.data import MILLION, Centre, write_mapping
from tests.bench.timing import Cost, command

CONFIG = """timezone = "Europe/Zurich"
warehouse = "w.duckdb"
reports = "reports"
[privacy]
phone_country_code = "41"
[engine]
threads = 2
memory_limit = "{limit}"
"""
LIMIT = "600MB"


class Bench:
    """A folder for a warehouse of a centre. `files`: where generated logs are kept between runs."""

    def __init__(self, folder: Path, files: Path, centre: Centre = Centre(), limit: str = LIMIT) -> None:
        self.folder, self.files, self.centre = folder, files, centre
        folder.mkdir(parents=True, exist_ok=True)
        files.mkdir(parents=True, exist_ok=True)
        self.limit(limit)

    def limit(self, memory: str) -> None:
        """The memory that DuckDB may take from now on."""
        (self.folder / "pipeline.toml").write_text(CONFIG.format(limit=memory), "utf-8")

    def spark(self, master: str, conf: dict[str, str]) -> None:
        """Models are computed on a cluster from now on."""
        listed = "\n".join(f'"{name}" = "{value}"' for name, value in conf.items())
        engine = f'name = "spark"\nmaster = "{master}"\n[engine.conf]\n{listed}\n'
        (self.folder / "pipeline.toml").write_text(CONFIG.format(limit=LIMIT) + engine, "utf-8")

    def contents(self) -> dict[str, tuple[int, int]]:
        """Rows and a fingerprint of every published table, whatever the order of rows."""
        results = open_results(self.results)
        found = {}
        for table in results.manifest["tables"]:
            frame = results.frame(f"select count(*) as n, bit_xor(hash(t)) as print from {table} t")
            found[table] = (int(frame["n"][0]), int(frame["print"].fillna(0)[0]))
        return found

    def pipeline(self, *words: str) -> Cost:
        return command(sys.executable, "-m", "pipeline", "--config", str(self.folder / "pipeline.toml"), *words)

    def calls(self, calls: int, first: int = 0) -> Path:
        """The CSV of so many calls."""
        file = self.files / f"calls-{self.centre.calls_a_week}-{first}-{calls}.csv"
        return self.centre.write_calls(file, calls, first)

    def load(self, file: Path, table: str = "calls") -> Cost:
        mapping = write_mapping(self.folder, table)
        return self.pipeline("load", str(file), "--source", "csv", "--mapping", str(mapping))

    def fill(self, calls: int) -> None:
        """Agents and so many calls in a fresh warehouse."""
        self.clear()
        self.load(self.centre.write_people(self.files / f"people-{self.centre.agents}.csv"), "agents")
        self.load(self.calls(calls))

    def clear(self) -> None:
        for left in self.folder.glob("w.*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()

    def forget_results(self) -> None:
        """So that the next build is of everything."""
        shutil.rmtree(self.results, ignore_errors=True)

    @property
    def results(self) -> Path:
        return self.folder / "w.results"


def built(folder: Path, millions: float) -> Bench:
    """A warehouse of so many million calls, filled and built unless it is there."""
    bench = Bench(folder / f"{millions:g}m", folder / "files")
    if not (bench.results / "manifest.json").exists():
        bench.fill(int(millions * MILLION))
        bench.pipeline("build")
    return bench
