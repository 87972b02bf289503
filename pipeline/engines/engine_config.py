"""How the pipeline opens DuckDB."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.settings import Engine

NO_WAITING: dict[str, Any] = {"async_threads": 0}
"""A COPY to Parquet whose query fails often waits for ever for the threads that DuckDB 2.0 writes with."""


def engine_config(engine: Engine, scratch: Path) -> dict[str, Any]:
    """Limits that hold for the process that loads and builds."""
    config = NO_WAITING | {"memory_limit": engine.memory_limit, "temp_directory": str(scratch)}
    if engine.threads:
        config["threads"] = engine.threads
    return config
