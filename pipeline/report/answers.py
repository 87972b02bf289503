"""What the first screen answers: is it better, where, what next, what does speed cost, how sure is that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from pipeline.findings.changes import JUDGED_AS
from pipeline.findings.record import NAMED, Finding
from pipeline.report import slowly, standing_out
from pipeline.report.collect import RETURNS, Collected
from pipeline.report.figures import is_anonymous, why_unripe
from pipeline.report.glance import SHOWN
from pipeline.report.monday import untold, waiting
from pipeline.report.said import QUIET, Link, Said, days_of, figure, said_of, unlinked
from pipeline.report.sure import reason_to_ask, sure
from pipeline.report.tiles import Tile, tiles
from pipeline.report.topics import missed
from pipeline.report.words import Words

UNMOVED = "no_detectable_change"
COSTS = ("price", "before_after", "hurried", "targets", "slope_turns", "slope")
"""Kinds of findings that set speed against its price, in the order in which they are told."""
RELATIONS = ("slope", "hurried")
"""Those of them that are told where nothing was found, too."""
MOVED, PLACED, OTHER = 3, 5, 4
"""Sentences in an answer."""
TOLD = 2
"""Of what speed costs; the others stand beside speed against quality."""
PERSONS = QUEUES = 3
"""Named in a sentence."""


@dataclass(frozen=True)
class Answer:
    """`question` names its heading."""

    question: str
    said: list[Said]


def answers(data: Collected, words: Words, link: Link) -> list[Answer]:
    told = {"better": better(data, words, link), "where": where(data, words, link)}
    told |= {"next": _next(data, words), "cost": costs(data, words, link)[:TOLD], "sure": sure(data, words)}
    return [Answer(question, said) for question, said in told.items() if said]


def in_short(data: Collected, words: Words) -> list[Answer]:
    """For a letter, without links: is it better, where, who waits, what does speed cost, and that nobody is judged by it."""
    ask = reason_to_ask(data, words)
    part = [Said("seen", text)] if (text := part_of_week(data, words)) else []
    told = {
        "better": [*part, *better(data, words)],
        "where": where(data, words)[:MOVED],
        "next": [*(Said("seen", call.text) for call in waiting(data, words)), *untold(data, words)],
        "cost": costs(data, words)[:TOLD],
        "sure": [Said("seen", ask)] if ask else [],
    }
    return [Answer(question, said) for question, said in told.items() if said]


def part_of_week(data: Collected, words: Words) -> str:
    """Nothing of a whole week."""
    return words("page.part_of_week", first=words.day(data.part[0]), last=words.day(data.part[1])) if data.part else ""


def better(data: Collected, words: Words, link: Link | None = None) -> list[Said]:
    """Whether the centre's figures moved, those that did, how many did not, which miss their target or stand out all the same."""
    judged = [f for f in data.findings if f.kind == "week"]
    seen: Counter[str] = Counter(f.verdict for f in judged)
    moved = [said_of(words, f, data.catalogue, data.names, link) for f in judged if f.verdict in NAMED]
    texts = QUIET | ({UNMOVED: "finding.quiet_of_weeks"} if slowly.moved(data) else {})
    quiet = [Said(verdict, words.count(text, seen[verdict])) for verdict, text in texts.items() if seen[verdict]]
    if not judged or seen.keys() == {"too_few"}:
        quiet = [Said("too_few", words("answer.too_early"))]
    quiet += [said_of(words, f, data.catalogue, data.names, link) for f in judged if f.verdict == "untold"]
    verdict = [_verdict(words, seen, len(judged) - seen["too_few"] - seen["untold"])] if moved else []
    shown = [tile for group in tiles(data, words).values() for tile in group]
    return [
        *verdict,
        *moved[:MOVED],
        *_closed(words, judged),
        *quiet,
        *_missed(data, words, shown, SHOWN if link else frozenset()),
        *slowly.centre(data, words),
        *_standing_out(data, words, shown),
    ]


def _standing_out(data: Collected, words: Words, shown: Sequence[Tile]) -> list[Said]:
    """Tiles that stand out without having changed detectably: silence about them would contradict what they show. Those that
    are among the figures counted as unchanged are told as such; of what moved within a quarter it is said already."""
    told = {f.labels["kpi"] for f in data.findings if f.kind == "quarter" and not f.whom}
    odd: dict[str, list[str]] = {"stand_out_unmoved": [], "stand_out": []}
    for tile in shown:
        if tile.verdict == "stands_out" and JUDGED_AS.get(tile.kpi.id, tile.kpi.id) not in told:
            name = words("answer.standing", kpi=tile.title, signal=tile.signal) if tile.signal else tile.title
            key = "stand_out_unmoved" if data.verdict_of(tile.kpi.id) == UNMOVED else "stand_out"
            odd[key].append(_of_week(words, tile, name))
    return [
        Said("stands_out", words.count(f"answer.{key}", len(names), kpis="; ".join(names)))
        for key, names in odd.items()
        if names
    ]


def _of_week(words: Words, tile: Tile, said: str) -> str:
    """Which week it is of, where that is not the page's: judgements and outcomes come later."""
    return words("answer.of_week", said=said, days=tile.week) if tile.is_earlier else said


def _closed(words: Words, judged: Sequence[Finding]) -> list[Said]:
    """That a week had fewer days than usual, once for all that is counted by the week."""
    short = [f.labels for f in judged if "days" in f.labels and f.verdict != "untold"][:1]
    return [Said("seen", words("found.short_week", days=one["days"], usual=one["usual_days"])) for one in short]


def _missed(data: Collected, words: Words, shown: Sequence[Tile], on_top: Set[str]) -> list[Said]:
    """Targets of the centre but those that the top of the page tells, then those of single queues and channels."""
    lacking = [tile for tile in shown if tile.missed]
    told = [_of_week(words, tile, _miss(words, tile)) for tile in lacking if tile.kpi.id not in on_top]
    told += missed(data, words)
    key = "missed_too" if any(tile.kpi.id in on_top for tile in lacking) else "missed"
    return [Said("seen", words.count(f"answer.{key}", len(told), kpis="; ".join(told)))] if told else []


def _miss(words: Words, tile: Tile) -> str:
    """A figure and its target, of a sample with what it leaves open: that may hold the target."""
    told = {"kpi": tile.title, "value": tile.value, "target": tile.missed}
    return words("answer.miss_open", **told, span=tile.span) if tile.span else words("answer.miss", **told)


def _verdict(words: Words, seen: Counter[str], judged: int) -> Said:
    up, down = seen["improved"], seen["worsened"]
    case = ("mixed" if down else "up") if up else ("down" if down else "neither")
    verdict = {"up": "improved", "down": "worsened", "mixed": "changed", "neither": UNMOVED}[case]
    return Said(verdict, words(f"answer.{case}", up=words.number(up), down=words.number(down), n=words.number(judged)))


def where(data: Collected, words: Words, link: Link | None = None) -> list[Said]:
    """Queues that moved as the centre did, teams that moved otherwise; persons who differ, most certain first; topics; hours."""
    persons = [f for f in data.findings if f.kind == "person" and f.verdict in NAMED]
    groups = [list(group) for _, group in groupby(sorted(persons, key=_group), _group)]
    groups.sort(key=lambda group: -max(f.weight for f in group))
    placed = [
        f for f in data.findings if f.verdict == "seen" and (f.whom or f.kind == "staffing") and f.kind not in COSTS
    ]
    found = (
        _queues(data, words, link)
        + slowly.teams(data, words, link)
        + [_persons(data, words, group, link) for group in groups]
    )
    found += [said_of(words, f, data.catalogue, data.names, link) for f in placed]
    return found[:PLACED] or [_nowhere(data, words)]


def _nowhere(data: Collected, words: Words) -> Said:
    """Why no place is named: what was found is not for these readers, what moved is seen in none, nothing stands out, or nobody
    could be compared yet."""
    kinds = {f.kind for f in data.findings}
    if "nobody_else" not in kinds and standing_out.moved(data):
        return Said("no_detectable_change", words("answer.no_place"))
    is_young = {f.verdict for f in data.findings if f.kind == "week"} == {"too_few"}
    rest = words("answer.rest_young" if is_young else "answer.rest")
    if not kinds & {"nobody", "nobody_else"}:
        unseen = words("answer.unseen_anonymous" if is_anonymous(data) else "answer.unseen")
        too_young = words("answer.too_young", why=why_unripe(data, words, RETURNS))
        return Said("too_few", f"{unseen} {rest}" if data.ripe[RETURNS] else too_young)
    nowhere = f"{words('answer.nobody')} {rest}" if is_young else words("answer.nowhere")
    return Said("no_detectable_change", words("answer.hidden") if "nobody_else" in kinds else nowhere)


def _queues(data: Collected, words: Words, link: Link | None) -> list[Said]:
    found = standing_out.queues(data)
    named = [
        words.marked(
            "answer.queue",
            queue=(link or unlinked)("queue", queue, queue),
            figures=standing_out.told(data, words, lines),
        )
        for queue, lines in [*found.items()][:QUEUES]
    ]
    if rest := len(found) - len(named):
        named.append(_more(words, rest, link and "topics.html"))
    text = words.marked("answer.queues", queues=Markup("; ").join(named))
    return [Said("stands_out", text if link else text.unescape())] if named else []


def _more(words: Words, rest: int, page: str | None) -> Markup:
    more = words.count("answer.more", rest)
    return Markup('<a href="{}">{}</a>').format(page, more) if page else Markup.escape(more)


def _group(finding: Finding) -> tuple[str, str]:
    return finding.labels["measure"], finding.verdict


def _persons(data: Collected, words: Words, group: Sequence[Finding], link: Link | None) -> Said:
    if len(group) == 1:
        return said_of(words, group[0], data.catalogue, data.names, link)
    named = [
        Markup("{} {}").format(
            (link or unlinked)("agent", f.whom["agent"], data.names.get(f.whom["agent"], f.whom["agent"])),
            figure(words, f.figures["adjusted"]),
        )
        for f in sorted(group, key=lambda f: -f.weight)[:PERSONS]
    ]
    if rest := len(group) - len(named):
        named.append(_more(words, rest, link and "findings.html"))
    usual = figure(words, group[0].figures["usual"])
    text = words.marked(f"found.people_{group[0].labels['measure']}", people=Markup("; ").join(named), usual=usual)
    return Said(group[0].verdict, text if link else text.unescape(), days_of(words, group[0]))


def costs(data: Collected, words: Words, link: Link | None = None) -> list[Said]:
    """What speed costs, as far as it was found, and of which relations nothing detectable was."""
    told = {f.kind: f for f in reversed(data.findings) if f.kind in COSTS and f.verdict in {*NAMED, "seen"}}
    quiet = {f.kind: f for f in data.findings if f.kind in RELATIONS and f.verdict == UNMOVED}
    found = [told[kind] for kind in COSTS if kind in told] + [quiet[kind] for kind in RELATIONS if kind in quiet]
    return [said_of(words, f, data.catalogue, data.names, link) for f in found]


def others(data: Collected, words: Words, link: Link) -> list[Said]:
    """What was counted besides."""
    rest = [f for f in data.findings if f.verdict == "seen" and not f.whom and f.kind not in {*COSTS, "staffing"}]
    return [said_of(words, f, data.catalogue, data.names, link) for f in rest[:OTHER]]


def _next(data: Collected, words: Words) -> list[Said]:
    """Whom to call, with the way to the lists."""
    calls = [Said("seen", Markup('<a href="{}">{}</a>').format(call.link, call.text)) for call in waiting(data, words)]
    return calls + untold(data, words, "tickets.html") or [Said("seen", words("answer.nothing_waits"))]
