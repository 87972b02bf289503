"""Imports point one way, those inside functions too."""

import ast
from pathlib import Path

import pipeline

ORDER = (
    ("settings", "contracts", "statistics"), ("sources", "models"), ("engines",), ("loading", "expectations", "pec"),
    ("kpis", "building"), ("findings",), ("report",), ("asking",), ("commands",),
)  # fmt: skip
RANK = {package: place for place, beside in enumerate(ORDER) for package in beside}
ROOT = Path(pipeline.__file__).parent


def imported(file: Path) -> set[str]:
    """The packages of ours that a module imports from."""
    nodes = (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ImportFrom))
    names = [(node.module or "").split(".") for node in nodes]
    return {name[1] for name in names if name[0] == "pipeline" and len(name) > 1} & RANK.keys()


def test_no_package_imports_from_one_above_it() -> None:
    against = [
        (file.relative_to(ROOT).as_posix(), package)
        for name in RANK
        for file in (ROOT / name).rglob("*.py")
        for package in imported(file)
        if RANK[package] > RANK[name]
    ]
    assert against == []
