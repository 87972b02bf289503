"""Imports point one way, those inside functions too."""

import ast
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pipeline

ORDER = (
    ("sql_text",),
    ("errors", "zones", "zone_names", "own_words", "spreadsheet_text", "contracts", "statistics", "models"),
    ("business_time", "weeks"), ("settings",), ("sources", "kpis", "scorecards"), ("engines",), ("results", "loading"),
    ("drill", "expectations", "pec"), ("building", "settings_file"), ("findings",), ("report",), ("asking",),
    ("commands", "sample"), ("__init__", "__main__"),
)  # fmt: skip
"""Packages and modules of `pipeline/`: each imports from lines before its own."""
RANK = {part: place for place, beside in enumerate(ORDER) for part in beside}
ROOT = Path(pipeline.__file__).parent
FOR_TYPES = {("drill.py", "findings"), ("engines/spark.py", "results")}
"""What signatures alone name, and nothing imports when it runs."""
LOADING = (
    "commands.jobs", "engines.warehouse", "loading.load", "sources", "building.schedule_frames", "expectations", "building.build",
)  # fmt: skip
SLOW = {"pandas", "numpy", "scipy", "pyarrow", "great_expectations"}
"""Half a second to import, and neither a load needs them nor a run with nothing new."""


def imported(file: Path) -> set[str]:
    """The packages and modules of ours that a module imports."""
    parts = [name.split(".") for name in _names(ast.parse(file.read_text("utf-8")), _package_of(file))]
    return {name[1] if len(name) > 1 and name[1] in RANK else "__init__" for name in parts if name[0] == "pipeline"}


def _names(tree: ast.Module, inside: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), inside)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def part(file: Path) -> str:
    """The package or the module of `pipeline/` itself that a file belongs to."""
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def test_every_part_has_its_place() -> None:
    assert {part(file) for file in ROOT.rglob("*.py")} == RANK.keys()


def test_no_part_imports_from_one_that_is_not_below_it() -> None:
    against = {
        (file.relative_to(ROOT).as_posix(), other)
        for file in ROOT.rglob("*.py")
        for other in imported(file) - {part(file)}
        if RANK[other] >= RANK[part(file)]
    }
    assert against == FOR_TYPES


def at_start(files: set[Path]) -> set[str]:
    """The names that modules import when they are imported themselves, and so on."""
    found: set[str] = set()
    while files:
        new = {name for file in files for name in _outermost(file)} - found
        found |= new
        files = {file for name in new if name.startswith("pipeline.") for file in files_of(name)}
    return found


def _outermost(file: Path) -> Iterator[str]:
    body = ast.parse(file.read_text("utf-8")).body
    imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    return _names(ast.Module(list(imports), []), inside=_package_of(file))


def _package_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT.parent).parent.parts)


def files_of(name: str) -> set[Path]:
    """The modules that are imported with a name of ours: its own and those of the packages around it."""
    parts = name.split(".")
    stems = [ROOT.parent.joinpath(*parts[:end]) for end in range(1, len(parts) + 1)]
    places = {file for stem in stems for file in (stem.with_suffix(".py"), stem / "__init__.py")}
    return {file for file in places if file.is_file()}


def test_neither_a_load_nor_a_run_with_nothing_new_imports_what_is_slow() -> None:
    loading = {file for name in LOADING for file in files_of(f"pipeline.{name}")}
    assert {name.split(".")[0] for name in at_start(loading)} & SLOW == set()
