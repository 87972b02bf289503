// Draws each chart when it comes near the screen, and all of them before printing. Numbers and texts stand in the page
// already; colours are the page's own tokens, so light, dark and paper share one figure.
"use strict";
(() => {
  const source = document.currentScript.dataset.plotly;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Set();
  let library = null;

  function load() {
    library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = resolve;
      script.onerror = () => reject(new Error("plotly.js could not be loaded"));
      document.head.append(script);
    });
    return library;
  }

  function withColours(part, tokens) {
    // A name may begin with dashes, too: what is no token stays text.
    if (typeof part === "string") return (/^--[a-z-]+$/.test(part) && tokens.getPropertyValue(part).trim()) || part;
    if (Array.isArray(part)) return part.map((item) => withColours(item, tokens));
    if (part === null || typeof part !== "object") return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, withColours(item, tokens)]));
  }

  function template(tokens) {
    const axis = {
      gridcolor: "--hair", linecolor: "--line", zeroline: false, ticks: "", title: { font: { size: 12 }, standoff: 8 },
    };
    const layout = {
      font: { family: tokens.getPropertyValue("--font"), size: 12, color: "--text" },
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, dragmode: false,
      hoverlabel: { bgcolor: "--paper", bordercolor: "--line", font: { color: "--text" }, align: "left" },
      hovermode: "closest", xaxis: axis, yaxis: axis,
    };
    return { layout };
  }

  // Paper is as wide as it is, whatever the screen was: A4 less its margins, or half of that in two columns.
  const paperWidth = (plot) => (plot.closest(".grid") ? 328 : 680);

  const paperHeight = (plot) => (plot.closest(".panel") ? 340 : Math.min(plot.clientHeight, 915));

  // Where a name may stand beside its mark: its own place first, then those that it has for a mirror image, then the rest.
  function sides(position) {
    const [up, aside] = position.split(" ");
    if (up === "middle") return [position];
    const over = { top: "bottom", bottom: "top" }[up], across = { left: "right", right: "left" }[aside];
    const mirrored = [position, `${up} ${across}`, `${over} ${aside}`, `${over} ${across}`];
    return [...mirrored, `${up} center`, `${over} center`, `middle ${aside}`, `middle ${across}`];
  }

  const pen = document.createElement("canvas").getContext("2d");

  const isNamed = (trace) => trace.mode?.includes("text");
  const standsAlways = (trace) => trace.meta === "always";

  const covers = (one, other) => one.x < other.x + other.wide && other.x < one.x + one.wide
    && one.y <= other.y + other.high && other.y <= one.y + one.high;
  const holds = (box, [x, y]) => x >= box.x && x <= box.x + box.wide && y >= box.y && y <= box.y + box.high;

  // Charts on a phone have no room for names of people beside those of teams; its legend leaves them out, too.
  const phone = matchMedia("(max-width: 40rem)");
  // What it costs a name to cover one: of marks and lines across the chart it has none to cover, unless it stands always.
  const WHISKER = 1, MARK = 100, NAME = 10000;
  // Of marks whose names stand always, so many times their size: a name nearer would be read as theirs.
  const ROOM = 3;

  // Names beside marks: each stands on the side of its mark where it covers least; one that would cover more than whiskers is
  // left to hover and table. Names that stand always choose first, and give way to each other alone.
  function thinned(data, layout, width, height, font) {
    if (!data.some(isNamed)) return data;
    const across = width - layout.margin.l - layout.margin.r, down = height - layout.margin.t - layout.margin.b;
    const [[left, right], [bottom, top]] = [layout.xaxis.range, layout.yaxis.range];
    const between = ([x, y], [endX, endY], cost) => ({ x, y, wide: endX - x, high: endY - y, cost });
    const pixels = (x, y) => [((x - left) / (right - left)) * across, ((top - y) / (top - bottom)) * down];
    const marks = data.filter((trace) => trace.mode.includes("markers")).flatMap((trace) => {
      const size = trace.marker.size * (standsAlways(trace) ? ROOM : 1);
      return trace.x.map((x, i) => pixels(x, trace.y[i])).map(([px, py]) => ({ x: px - size / 2, y: py - size / 2, wide: size, high: size, cost: MARK }));
    });
    const whiskers = data.flatMap((trace) => trace.x.flatMap((x, i) => {
      const y = trace.y[i], [left, right, below, above] = ["error_x", "error_y"].flatMap((bars) =>
        [trace[bars]?.arrayminus[i] ?? 0, trace[bars]?.array[i] ?? 0]);
      return [between(pixels(x - left, y), pixels(x + right, y), WHISKER), between(pixels(x, y + above), pixels(x, y - below), WHISKER)];
    }));
    const lines = (layout.shapes ?? []).map(({ x0, x1, y0, y1 }) => between(pixels(x0, y1), pixels(x1, y0), MARK));
    const things = [...marks, ...lines, ...whiskers], kept = [];
    pen.font = `12px ${font}`;

    const cost = (box, mark) => things.filter((thing) => covers(box, thing) && !holds(thing, mark)).reduce((sum, one) => sum + one.cost, 0)
      + NAME * ((box.x < 0 || box.x + box.wide > across) + kept.filter((other) => covers(box, other)).length);
    function placed(trace, name, mark, position) {
      if (!name || (phone.matches && trace.mode.includes("markers") && !standsAlways(trace))) return "";
      const wide = pen.measureText(name).width + 6;
      const box = (side) => {
        const [up, aside] = side.split(" ");
        return { x: mark[0] - { left: 1, center: .5, right: 0 }[aside] * wide, y: mark[1] + { top: -20, middle: -7, bottom: 4 }[up], wide, high: 14 };
      };
      const costs = sides(position).map((side) => [side, cost(box(side), mark)]);
      const [side, least] = costs.reduce((best, other) => (other[1] < best[1] ? other : best));
      if (least >= (standsAlways(trace) ? NAME : MARK)) return "";
      kept.push(box(side));
      return side;
    }
    const named = new Map();
    for (const trace of data.filter(isNamed).sort((one, other) => standsAlways(other) - standsAlways(one))) {
      const at = trace.text.map((name, i) => placed(trace, name, pixels(trace.x[i], trace.y[i]), trace.textposition[i]));
      named.set(trace, { ...trace, text: trace.text.map((name, i) => (at[i] ? name : "")), textposition: at.map((side) => side || "top right") });
    }
    return data.map((trace) => named.get(trace) ?? trace);
  }

  function draw(plot, width, height) {
    const tokens = getComputedStyle(document.documentElement);
    const figure = JSON.parse(document.getElementById(plot.id.replace(/-plot$/, "-data")).textContent);
    const layout = { ...figure.layout, template: template(tokens), width, height };
    const config = { displayModeBar: false, showSendToCloud: false, doubleClick: false, showTips: false };
    drawn.add(plot);
    const data = thinned(figure.data, layout, width, height, tokens.getPropertyValue("--font"));
    return Plotly.newPlot(plot, withColours(data, tokens), withColours(layout, tokens), config);
  }

  const fit = (plot) => draw(plot, plot.clientWidth, plot.clientHeight);
  const redraw = () => drawn.forEach(fit);

  const plots = document.querySelectorAll(".plot");
  const near = new IntersectionObserver((entries) => {
    const fresh = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
    fresh.forEach((plot) => near.unobserve(plot));
    if (fresh.length) load().then(() => fresh.forEach(fit)).catch((error) => console.error(error.message));
  }, { rootMargin: "200px" });
  plots.forEach((plot) => near.observe(plot));
  if (plots.length) addEventListener("load", () => setTimeout(load, 500));

  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) redraw();
    width = innerWidth;
  });
  dark.addEventListener("change", redraw);
  const closed = () => document.querySelectorAll("details.definition:not([open])");
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...closed()];
    unfolded.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => unfolded.forEach((part) => { part.open = false; }));
  addEventListener("beforeprint", () => { if (window.Plotly) plots.forEach((plot) => draw(plot, paperWidth(plot), paperHeight(plot))); });
  addEventListener("afterprint", redraw);

  // The weeks written so far stand in weeks.js, so that an older page finds the newer ones too.
  const around = document.querySelector(".weeks-around");
  const weeks = window.WRITTEN_WEEKS ?? [];
  if (around) {
    const { week, rest, earlier, later } = around.dataset;
    const last = (list) => list[list.length - 1];
    const link = (other, text) => {
      if (!other) return;
      const anchor = document.createElement("a");
      anchor.href = `../../${other}/${rest}`;
      anchor.textContent = text;
      around.append(anchor);
    };
    link(last(weeks.filter((other) => other < week)), earlier);
    link(weeks.find((other) => other > week), later);
  }

  // Long tables: what is typed hides the rows without it. Rows that the page leaves out come from a script beside it.
  function row([anchor, head, ...cells]) {
    const made = document.createElement("tr");
    made.id = anchor;
    made.dataset.rest = "";
    [head, ...cells].forEach(([text, aside, sort, to], place) => {
      const cell = document.createElement(place ? "td" : "th");
      cell.className = sort ? `${["absent", "doubted"][sort - 1]} number` : place && /\d/.test(text) ? "number" : "";
      if (!place) cell.scope = "row";
      cell.append(to ? Object.assign(document.createElement("a"), { href: to, textContent: text }) : text);
      if (aside) {
        cell.append(" ", Object.assign(document.createElement("small"), { textContent: aside }));
      }
      made.append(cell);
    });
    return made;
  }

  function rest(find) {
    const { rest: source, key, table } = find.dataset;
    find.waiting ??= source ? new Promise((done) => {
      const script = Object.assign(document.createElement("script"), { src: source, onload: done });
      document.head.append(script);
    }).then(() => document.getElementById(table).tBodies[0].append(...window.REST_OF_TABLES[key].map(row))) : Promise.resolve();
    return find.waiting;
  }

  async function search(find, typed) {
    await rest(find);
    const wanted = typed.trim().toLowerCase();
    let found = 0;
    for (const one of document.getElementById(find.dataset.table).tBodies[0].rows) {
      const fits = wanted ? one.textContent.toLowerCase().includes(wanted) : !("rest" in one.dataset);
      one.hidden = !fits;
      found += fits;
    }
    find.querySelector("[role=status]").textContent = found ? "" : find.querySelector("[role=status]").dataset.none;
  }

  const finds = [...document.querySelectorAll(".find")];
  for (const find of finds) {
    const input = find.querySelector("input");
    find.querySelector("label").hidden = false;
    input.addEventListener("input", () => search(find, input.value));
  }

  // A link into a folded part opens it; one to a row that the page leaves out fetches it.
  async function unfold() {
    const name = decodeURIComponent(location.hash.slice(1));
    const find = finds.find(({ dataset }) => dataset.rest && name.startsWith(`${dataset.key}-`));
    if (find && !document.getElementById(name)) {
      await search(find, "");
      const wanted = document.getElementById(name);
      if (wanted) wanted.hidden = false;
      wanted?.scrollIntoView();
    }
    document.getElementById(name)?.closest("details")?.setAttribute("open", "");
  }
  addEventListener("hashchange", unfold);
  unfold();

  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement.matches(".what")) document.activeElement.blur();
  });
})();
