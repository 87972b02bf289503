"""The command beside a finding lists the records that it rests on."""

import shlex
from pathlib import Path

from pipeline.drill import rows_behind
from pipeline.explore import Exploration
from pipeline.report.collect import Collected
from pipeline.report.findings_page import command
from pipeline.results import Results
from tests.simulated import settings_in


def test_the_command_lists_the_records_of_the_findings_weeks(results: Results, data: Collected, home: Path) -> None:
    explored = Exploration(settings_in(home))
    found = [finding for finding in data.findings if finding.evidence.kpi]
    assert {len(set(finding.weeks)) for finding in found} == {1, 2}, "some of a week, some of several"
    for finding in found:
        python, module, name, verb, kpi, *rest = shlex.split(command(finding))
        options = dict(zip(rest[::2], rest[1::2], strict=True))
        where = dict([options["--where"].split("=")]) if "--where" in options else {}
        listed = explored.rows(kpi, options.get("--week"), None, options.get("--from"), options.get("--to"), **where)
        first, last = finding.weeks
        wanted = rows_behind(results, finding.evidence.kpi, f"week between '{first}' and '{last}'", where=where)
        assert (python, module, name, verb) == ("python", "-m", "pipeline", "rows")
        assert len(listed) == len(wanted) > 0, command(finding)
