"""Call-centre quality and KPI analytics: from log files to a weekly report that sets speed beside quality.

For notebooks: `import pipeline; results = pipeline.open_results("pipeline.toml")`, see `pipeline.asking.explore.Exploration`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.asking.explore import Exploration


def open_results(config: str | Path | None = None, warehouse: str | Path | None = None) -> Exploration:
    """The newest published results of a settings file (default: pipeline.toml here), ready to be asked.

    Raises UsageError for settings that are wrong, NoData when nothing has been published, Stopped where another version did it.
    """
    from pipeline.asking.explore import Exploration
    from pipeline.settings_file import read_settings

    return Exploration(read_settings(Path(config) if config else None, Path(warehouse) if warehouse else None))
