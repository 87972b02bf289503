"""What has to be computed anew, asked of the warehouse, and in which portions of weeks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pipeline import zones
from pipeline.building.delivered import Delivered, delivered
from pipeline.contracts import read_contracts
from pipeline.errors import NoData
from pipeline.models import CALL_END

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

LONGEST_WINDOW = timedelta(days=30)
MARGIN = timedelta(days=1)
MONDAY = datetime(1970, 1, 5)
FIRST, LAST = "0001", "9999"


class Stretch(NamedTuple):
    """Weeks from the first and before the last."""

    first: str
    last: str

    @property
    def condition(self) -> str:
        return f"week >= '{self.first}' and week < '{self.last}'"

    def of(self, files: dict[str, str]) -> dict[str, str]:
        return {week: file for week, file in files.items() if self.first <= week < self.last}


@dataclass(frozen=True)
class Plan:
    """Weeks to compute: from `from_week` on, which begins at `start` (None: all), and before `before_week`, which begins at `end`
    (None: to the end).

    Rows are read from `since` to `upto` (None: to the end). `until`: the data's last instant; `delivered`: more of that.
    `seen_until`: the end of the last contact whose customer is known, where that lies beyond what is read.
    """

    from_week: str | None
    start: datetime | None
    since: datetime
    until: datetime
    mark: int
    before_week: str | None = None
    end: datetime | None = None
    upto: datetime | None = None
    seen_until: datetime | None = None
    delivered: Delivered | None = None

    @property
    def known_until(self) -> datetime:
        return self.delivered.known_until if self.delivered else self.until

    @property
    def read_until(self) -> datetime:
        return min(self.upto or self.until, self.until)

    @property
    def weeks(self) -> Stretch:
        return Stretch(self.from_week or FIRST, self.before_week or LAST)


def make_plan(warehouse: Warehouse, settings: Settings, digest: str, has_results: bool) -> Plan | None:
    until = _until(warehouse)
    earliest = warehouse.value(
        "select least((select min(offered_at) from raw_calls), (select min(happened_at) from raw_queue_events), "
        "(select min(created_at) from raw_tickets), (select min(sent_at) from raw_messages))"
    )
    if until is None or earliest is None:
        raise NoData(f"{warehouse.path}: no calls, tickets or letters are loaded yet{_alone(warehouse)}")
    ends = delivered(warehouse, settings, until)
    mark = int(warehouse.value("select coalesce(max(mark), 0) from stale"))
    everything = (
        not has_results
        or warehouse.noted("build_digest") != digest
        or bool(warehouse.value("select count(*) from stale where from_at is null"))
    )
    if everything:
        return Plan(None, None, earliest - MARGIN, until, mark, delivered=ends)
    touched = warehouse.value("select min(from_at) from stale")
    if touched is None:
        return None
    touched = min(touched, until, *_noted_instants(warehouse), *_promised(warehouse, ends.known_until))
    week = zones.week_of(
        touched - _reach(warehouse, settings, touched - 2 * LONGEST_WINDOW, touched) - MARGIN, settings.timezone
    )
    start = min(zones.week_start(week, zone) for zone in settings.zones)
    return Plan(week, start, max(start - LONGEST_WINDOW - MARGIN, earliest - MARGIN), until, mark, delivered=ends)


def _alone(warehouse: Warehouse) -> str:
    """What is loaded already: it gives figures only beside contacts."""
    told = [
        contract for name, contract in read_contracts().items() if warehouse.value(f"select exists (from raw_{name})")
    ]
    if not told:
        return ""
    titles = ", ".join(contract.title.lower() for contract in told)
    return f"; {titles} give figures only beside them: MAPPINGS.md (What gives figures alone) says what to do without"


def _reach(warehouse: Warehouse, settings: Settings, since: datetime, touched: datetime) -> timedelta:
    """How long before the first touched contact one may have begun, not before `since`, whose window it falls into: a contact
    counts as going on for at most a window itself, and those that lasted over a day are letters, chats and tickets. A case is
    over once the letter that answered its last call had its days to solve it."""
    long = warehouse.value(
        "select exists (from raw_tickets where created_at between $1 and $3) or "
        "exists (from raw_messages where sent_at between $1 and $3) or "
        f"exists (select 1 from raw_calls where offered_at between $1 and $2 group by source, "
        "case when channel in ('voice', 'video') then call_id else coalesce(conversation_id, call_id) end "
        f"having max({CALL_END}) - min(offered_at) > interval 1 day)",
        [since - MARGIN, touched - LONGEST_WINDOW, touched],
    )
    judged = timedelta(days=settings.cases.within_days + settings.parameters.solved_within_days)
    return LONGEST_WINDOW + max(LONGEST_WINDOW, judged) if long else LONGEST_WINDOW


def _noted_instants(warehouse: Warehouse) -> list[datetime]:
    """As they were when last published: the data's end, that of contacts of known customers, the oldest open ticket."""
    names = ("published_until", "published_horizon", "published_open_since")
    noted = [warehouse.noted(name) for name in names]
    return [datetime.fromisoformat(text) for text in noted if text]


def _promised(warehouse: Warehouse, known_until: datetime) -> list[datetime]:
    """When the oldest promise was given that came due since it was last published, or that is no longer due."""
    then = datetime.fromisoformat(warehouse.noted("published_known_until") or known_until.isoformat())
    found = warehouse.value(
        "select min(promised_at) from raw_promises where due_at > $1 and due_at <= $2", sorted([then, known_until])
    )
    return [found] if found else []


def _until(warehouse: Warehouse) -> datetime | None:
    """The data's last instant."""
    until: datetime | None = warehouse.value(
        f"select greatest((select max({CALL_END}) from raw_calls), "
        "(select max(happened_at) from raw_queue_events), "
        "(select max(greatest(created_at, solved_at, closed_at)) from raw_tickets), "
        "(select max(happened_at) from raw_ticket_events), (select max(sent_at) from raw_messages))"
    )
    return until


def portions(warehouse: Warehouse, settings: Settings, plan: Plan) -> list[Plan]:
    """The plan as stretches of weeks, oldest first, each of about `rows_at_once` records and what their windows reach into."""
    begins = [
        monday
        for monday in _mondays(warehouse, plan.since, settings.engine.rows_at_once)
        if monday > (plan.start or plan.since)
    ]
    weeks = [zones.week_of(monday + timedelta(days=3), settings.timezone) for monday in begins]
    starts = [min(zones.week_start(week, zone) for zone in settings.zones) for week in weeks]
    found = []
    for from_week, start, before, end in zip(
        [plan.from_week, *weeks], [plan.start, *starts], [*weeks, None], [*starts, None], strict=True
    ):
        since = max(start - LONGEST_WINDOW - MARGIN, plan.since) if start else plan.since
        upto = (
            end + _reach(warehouse, settings, end - LONGEST_WINDOW, end + 2 * LONGEST_WINDOW) + 2 * MARGIN
            if end
            else None
        )
        found.append(
            replace(plan, from_week=from_week, start=start, since=since, before_week=before, end=end, upto=upto)
        )
    return found


def _mondays(warehouse: Warehouse, since: datetime, rows: int) -> list[datetime]:
    """Where portions begin: Mondays with about so many calls between them; several events of a telephone queue make a call."""
    counts = warehouse.sql.execute(
        """with seen as (
            select offered_at as seen_at, 4 as weight from raw_calls
            union all select happened_at as seen_at, 1 as weight from raw_queue_events)
        select cast(floor(epoch(seen_at - timestamp '1970-01-05') / 604800) as bigint) as week, sum(weight) / 4 as n
        from seen where seen_at >= ? group by week order by week""",
        [since],
    ).fetchall()
    found, held = [], 0.0
    for week, n in counts:
        if held and held + n > rows:
            found.append(MONDAY + timedelta(weeks=week))
            held = 0
        held += n
    return found
