"""Notebooks in a kernel of their own, as JupyterLab runs them."""

import os
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).parents[1]


def outputs_of(name: str) -> list[dict[str, Any]]:
    """What the cells of a notebook show, each by its MIME type."""
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(ROOT / "notebooks" / f"{name}.py")
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT / "notebooks")}})
    with mock.patch.dict(os.environ, PYTHONPATH=str(ROOT)):
        client.execute()
    return [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
