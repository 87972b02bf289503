"""The pages in a browser: no request leaves, nothing complains, charts are drawn when they are scrolled to."""

import json
import re
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.report import cases_charts
from pipeline.report.collect import Collected
from pipeline.report.pages import environment
from pipeline.report.tables import MOST, Cell, Column, Table, rest_script, text_cell
from pipeline.report.words import Words
from pipeline.results import Results
from tests.simulated import EVIL, LANGUAGES, settings_in, write_pages

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(
    (
        path
        for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        if Path(path).exists()
    ),
    None,
)
SILENT = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium at /usr/bin: pages were not looked at"),
]
PAGES = (
    "index", "findings", "people", "cases", "pec", "service", "tickets", "topics", "data-quality", "definitions",
    "team-rigi", "topic-billing",
)  # fmt: skip


CHANGED_BY_LANGUAGE = ("color-contrast", "html-has-lang", "html-lang-valid", "valid-lang", "label", "link-name")
"""Rules whose outcome a language or a colour scheme can change."""
DRAWN = ("index", "people", "service", "tickets")
"""Pages of every kind of chart."""


class Visit:
    """A page that remembers what it asked for and what it complained of."""

    def __init__(self, browser: "playwright.Browser", **options: object) -> None:
        for left_behind in browser.contexts:
            left_behind.close()
        self.page = browser.new_context(**options).new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append("a dialog opened"))

    def through(self, file: Path) -> "playwright.Page":
        """Open a file and bring every chart of it to the screen."""
        self.page.goto(file.as_uri())
        for plot in self.page.locator(".plot").all():
            plot.scroll_into_view_if_needed()
            plot.locator(".main-svg").first.wait_for(timeout=15_000)
        return self.page


@pytest.fixture(scope="module")
def browser() -> "Iterator[playwright.Browser]":
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=SILENT)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def written(results: Results, home: Path) -> Path:
    return write_pages(results, settings_in(home), "2026-W46", LANGUAGES, home / "browser").parent


LONG = """head => {
    const text = document.createRange();
    text.selectNodeContents(head);
    return text.getBoundingClientRect().right > head.getBoundingClientRect().right + 1;
}"""
"""The head of a row whose text reaches into the next column."""
OVERPRINTED = """plot => {
    const notes = [...plot.querySelectorAll(".annotation-text")].map(e => [e.textContent, e.getBoundingClientRect()]);
    return notes.flatMap(([one, a], i) => notes.slice(i + 1).filter(([_, b]) =>
        a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).map(([other]) => `${one} / ${other}`));
}"""
"""Notes of a chart that cover each other."""
CUT = """plot => {
    const area = plot.querySelector(".nsewdrag")?.getBoundingClientRect();
    return [...plot.querySelectorAll(".textpoint text")].filter((name) => {
        const { left, right, width } = name.getBoundingClientRect();
        return width && (left < area.left - 1 || right > area.right + 1);
    }).map((name) => name.textContent);
}"""
"""Names beside marks that reach out of the drawing, where they are cut."""
BROKEN = r"""cell => [...cell.childNodes].map((node) => node.firstChild ?? node).flatMap((text) =>
    [...text.textContent.matchAll(/\p{L}+/gu)].filter(({ 0: word, index }) => {
        const letters = document.createRange();
        letters.setStart(text, index);
        letters.setEnd(text, index + word.length);
        return letters.getClientRects().length > 1;
    }).map(([word]) => word))"""
"""Words of a cell, and of what stands aside in it, that stand on two lines."""
NAMED = """plot => {
    const { data } = JSON.parse(document.getElementById(plot.id.replace("-plot", "-data")).textContent);
    const drawn = [...plot.querySelectorAll(".textpoint text")].map((name) => name.textContent);
    return [drawn, data.filter((trace) => trace.meta === "always").flatMap((trace) => trace.text)];
}"""
"""The names beside the marks of a chart, and those of its teams."""


@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_for_nothing_complain_of_nothing_and_fit_a_phone_and_a_thumb(
    browser: "playwright.Browser", written: Path, name: str
) -> None:
    visit = Visit(browser, viewport={"width": 390, "height": 844})
    page = visit.through(written / "2026-W46" / "ru" / f"{name}.html")
    assert not [url for url in visit.requests if not url.startswith(("file:", "data:", "blob:"))]
    assert visit.complaints == []
    assert page.locator(".modebar-btn").count() == 0
    assert page.locator(".plot:not(:has(.main-svg))").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.locator("nav a, .download a, summary, button, input").evaluate_all(
        "all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 23.5).map(e => e.outerHTML)"
    )
    assert small == []
    assert page.locator("tbody th").evaluate_all(f"all => all.filter({LONG}).map(e => e.textContent)") == []
    assert page.locator(".plot").evaluate_all(f"all => all.flatMap({OVERPRINTED})") == []
    assert page.locator(".plot").evaluate_all(f"all => all.flatMap({CUT})") == []
    for drawn, teams in page.locator(".plot[id^=tradeoff-]").evaluate_all(f"all => all.map({NAMED})"):
        assert set(drawn) <= set(teams) and len(drawn) > 1


@pytest.mark.parametrize(("name", "where"), [("people", "#table-agents tbody th a"), ("team-rigi", ".contents a")])
def test_a_name_of_ten_thousand_letters_moves_nothing_off_the_screen(
    browser: "playwright.Browser", written: Path, name: str, where: str
) -> None:
    page = Visit(browser, viewport={"width": 1400, "height": 900}).page
    page.goto((written / "2026-W46" / "en" / f"{name}.html").as_uri())
    page.locator(where).first.evaluate("link => link.textContent = 'x'.repeat(10000)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1400
    cells = page.locator("td.number").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")
    assert cells and max(cells) <= 1400


@pytest.mark.parametrize("table", ["service-others", "service-unanswered", "service-variants", "cases-figures"])
def test_what_is_said_of_a_week_is_seen_whole_on_a_phone(
    browser: "playwright.Browser", written: Path, table: str
) -> None:
    """Figures, verdict and what they count, without moving the table."""
    page = Visit(browser, viewport={"width": 390, "height": 844}).page
    page.goto((written / "2026-W46" / "ru" / f"{table.split('-')[0]}.html").as_uri())
    cells = page.locator(f"#table-{table} td").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)")
    assert cells and max(cells) <= 390
    heights = page.locator(f"#table-{table} tbody tr").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert max(heights) < 260
    assert page.locator(f"#table-{table} td.number").evaluate_all(f"all => all.flatMap({BROKEN})") == []


def test_names_on_the_slopes_stand_where_they_are_whole_and_alone(
    browser: "playwright.Browser", written: Path, data: Collected
) -> None:
    assert data.ledger is not None
    shifts = cases_charts.shifted(data.ledger).assign(has_moved=True, effort_per_case_middle=3.0)
    chart = cases_charts.shift(data, Words("en"), data.ledger, shifts)
    text = (written / "2026-W46" / "en" / "cases.html").read_text("utf-8")
    drawn = json.dumps(chart.figure).replace("<", "\\u003c")
    text = re.sub(r'(id="cases-shift-data">)[^<]*', lambda found: found[1] + drawn, text)
    (written / "2026-W46" / "en" / "slopes.html").write_text(text, "utf-8")
    page = Visit(browser, viewport={"width": 390, "height": 844}).through(written / "2026-W46" / "en" / "slopes.html")
    plot = page.locator("#cases-shift-plot")
    assert plot.evaluate(CUT) == [] and plot.locator(".textpoint text").count() == 1, "all ends are in one place"


def test_on_paper_no_aside_is_larger_than_the_text_around_it(browser: "playwright.Browser", written: Path) -> None:
    page = Visit(browser).page
    page.emulate_media(media="print")
    page.goto((written / "2026-W46" / "en" / "index.html").as_uri())
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    asides = page.locator(".days, .note, .legend, .why, .events, footer").evaluate_all(f"all => all.map({size})")
    assert len(asides) > 6 and max(asides) <= page.locator("body").evaluate(size)


def test_a_name_with_markup_is_shown_as_text(browser: "playwright.Browser", written: Path) -> None:
    page = Visit(browser).through(written / "2026-W46" / "en" / "people.html")
    assert page.locator("img").count() == 0
    assert page.get_by_role("rowheader", name=EVIL).first.is_visible()
    labels = page.locator("#people-talk_mean .ytick text, #people-aht .ytick text").all_text_contents()
    assert any(label.startswith("<img src=x") for label in labels)


def test_a_name_that_begins_with_dashes_is_no_colour(
    browser: "playwright.Browser", written: Path, data: Collected
) -> None:
    folder, name = written / "2026-W46" / "en", sorted(set(data.names.values()) - {EVIL})[0]
    text = (folder / "people.html").read_text("utf-8")
    (folder / "dashes.html").write_text(text.replace(name, "-- none --"), "utf-8")
    page = Visit(browser).through(folder / "dashes.html")
    assert "-- none --" in page.locator(".ytick text").all_text_contents()


def test_everything_but_the_charts_is_there_without_plotly(browser: "playwright.Browser", written: Path) -> None:
    page = Visit(browser).page
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.goto((written / "2026-W46" / "en" / "index.html").as_uri())
    assert page.locator(".tile .value").first.is_visible() and page.locator(".spark").first.is_visible()
    page.locator("#trend-offered summary").click()
    assert page.locator("#table-trend-offered").is_visible()


CLIPPED = "e => getComputedStyle(e).overflow !== 'visible' && !e.matches('.unseen, .scroll') && e.scrollWidth > e.clientWidth + 1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_main_page_fits_a_phone_a_desk_and_a_wall(
    browser: "playwright.Browser", written: Path, language: str
) -> None:
    visit = Visit(browser, viewport={"width": 390, "height": 1000})
    page = visit.through(written / "2026-W46" / language / "index.html")
    texts = page.locator(".tile, .tile p, .findings li, h1, h2, h3")
    for width in (390, 1280, 3840):
        page.set_viewport_size({"width": width, "height": 1000})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert texts.evaluate_all(f"(all) => all.filter({CLIPPED}).length") == 0
    assert visit.complaints == []


def test_the_keyboard_goes_through_the_page_in_its_order(browser: "playwright.Browser", written: Path) -> None:
    page = Visit(browser, viewport={"width": 800, "height": 1000}).page  # narrow enough for answers of one column
    page.goto((written / "2026-W46" / "en" / "index.html").as_uri())
    places = []
    for _ in range(25):
        page.keyboard.press("Tab")
        places.append(
            page.evaluate(
                "[document.activeElement.className, document.activeElement.getBoundingClientRect().top + scrollY]"
            )
        )
    assert places[0][0] == "skip"
    tops = [top for _, top in places[1:]]
    back = max(earlier - later for earlier, later in pairwise(tops))
    assert back < page.locator(".tile").first.bounding_box()["height"], (
        "never back by more than to the next tile's head"
    )


def test_pages_lead_to_their_neighbours_and_into_folded_parts(
    browser: "playwright.Browser",
    written: Path,
    results: Results,
    home: Path,
) -> None:
    write_pages(results, settings_in(home), "2026-W45", ("ru",), written)
    page = Visit(browser).page
    page.goto((written / "2026-W46" / "ru" / "people.html").as_uri())
    page.locator(".weeks-around a").click()
    assert page.url.endswith("2026-W45/ru/people.html") and page.locator(".weeks-around a").count() == 1
    page.goto((written / "2026-W46" / "en" / "index.html").as_uri() + "#monday-worst-half-hours")
    assert page.locator("#table-worst-half-hours").is_visible()


@pytest.mark.parametrize("name", [n if n == "index" else pytest.param(n, marks=pytest.mark.slow) for n in PAGES])
def test_axe_finds_nothing_by_day_and_no_faint_text_by_night(
    browser: "playwright.Browser", written: Path, name: str
) -> None:
    """All rules by day in one language, what a language or night can change in the other; pages take turns.

    Some pages are looked at with all their charts, the others with none: how many marks are drawn would be chance.
    """
    by_day, by_night = LANGUAGES if PAGES.index(name) % 2 else reversed(LANGUAGES)
    found: list[tuple[str, str]] = []
    for language, scheme in ((by_day, "light"), (by_night, "dark")):
        visit = Visit(browser, color_scheme=scheme)
        page, file = visit.page, written / "2026-W46" / language / f"{name}.html"
        if name in DRAWN:
            visit.through(file)
        else:
            page.route("**/plotly.min.js", lambda route: route.abort())
            page.goto(file.as_uri())
        found += violations(page) if scheme == "light" else violations(page, runOnly=list(CHANGED_BY_LANGUAGE))
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_with_every_chart_drawn(
    browser: "playwright.Browser", written: Path, name: str, language: str
) -> None:
    assert violations(Visit(browser).through(written / "2026-W46" / language / f"{name}.html")) == []


def violations(page: "playwright.Page", **options: object) -> list[tuple[str, str]]:
    """What axe finds: the rule and the first place that breaks it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in found]


def test_a_long_table_is_searched_by_name_and_reached_by_its_address(
    browser: "playwright.Browser", written: Path, tmp_path: Path
) -> None:
    rows = [[text_cell(f"Agent {i}"), Cell(str(i), i)] for i in range(MOST + 5)]
    table = Table("many", "Many", [Column("Name", False), Column("Figure")], rows)
    folder = tmp_path / "2026-W46" / "en"
    folder.mkdir(parents=True)
    shutil.copytree(written / "assets", tmp_path / "assets")
    frame = (written / "2026-W46" / "en" / "topics.html").read_text("utf-8")
    macros = environment().get_template("macros.html").make_module()
    shown = str(macros.table(table, Words("en"), {}))
    (folder / "many.html").write_text(frame.replace("</main>", f"{shown}</main>"), "utf-8")
    (folder / "many.js").write_text(rest_script(table), "utf-8")
    page = Visit(browser).page
    page.goto((folder / "many.html").as_uri())
    assert page.locator("#table-many tbody tr").count() == MOST
    page.locator("[data-table=table-many] input").fill(f"agent {MOST + 3}")
    page.get_by_role("rowheader", name=f"Agent {MOST + 3}").wait_for()
    assert page.locator("#table-many tbody tr:visible").count() == 1
    page.goto("about:blank")
    page.goto((folder / "many.html").as_uri() + f"#many-agent-{MOST + 4}")
    page.get_by_role("rowheader", name=f"Agent {MOST + 4}").wait_for()


def test_definitions_show_on_focus_and_go_with_escape(browser: "playwright.Browser", written: Path) -> None:
    page = Visit(browser).page
    page.goto((written / "2026-W46" / "en" / "index.html").as_uri())
    tip = page.locator("#tip-service_level")
    assert not tip.is_visible()
    page.locator("#tile-service_level .what").focus()
    assert tip.is_visible() and "answered within 20 s" in (tip.text_content() or "")
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_printing_draws_every_chart(browser: "playwright.Browser", written: Path) -> None:
    visit = Visit(browser)
    visit.page.goto((written / "2026-W46" / "en" / "index.html").as_uri())
    visit.page.evaluate(
        "new Promise((done) => { const look = () => window.Plotly ? done() : setTimeout(look, 50); look(); })"
    )
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert visit.page.locator(".plot:not(:has(.main-svg))").count() == 0
    assert visit.page.locator("#tradeoff-pec-plot .main-svg").first.get_attribute("width") == "680"


def test_names_that_a_narrow_window_hides_come_back_in_a_wide_one(browser: "playwright.Browser", written: Path) -> None:
    page = Visit(browser).page
    page.goto((written / "2026-W46" / "en" / "index.html").as_uri())
    plot = page.locator("#tradeoff-resolution-plot")
    names: list[list[str]] = []
    for width in (1400, 100, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        plot.scroll_into_view_if_needed()
        page.wait_for_function(
            "plot => plot.querySelector('.main-svg')?.clientWidth === plot.clientWidth", arg=plot.element_handle()
        )
        names.append(plot.evaluate(NAMED)[0])
    assert names[0] == names[2] != [] and names[1] == []
