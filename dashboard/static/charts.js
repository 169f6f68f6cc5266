// Draws the charts of queries/charts with Vega-Lite. No expression is evaluated as JavaScript: the policy of this page
// forbids it, so Vega interprets them.
export const PHONE = "(max-width: 640px)"; // as in style.css

const ENTRY = 14; // pixels of a line of a legend
const ERRORS = 1; // of Vega, and not its warnings, of an empty chart for example

let library = null;
let themes = null;

export function useThemes(found) {
  themes = found;
}

export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

// A chart in its host: drawn again only when its rows, its specification or the theme have changed.
export class Chart {
  constructor(host, { onpick = null } = {}) {
    Object.assign(this, { host, onpick, drawn: "", view: null, turn: Promise.resolve() });
    new MutationObserver(() => calmEmptyMarks(host)).observe(host, { subtree: true, childList: true, attributeFilter: ["role"] });
  }

  // `rows` are objects; resolves once the chart is there.
  draw(specification, rows) {
    this.turn = this.turn.then(() => this.redraw(specification, rows));
    return this.turn;
  }

  clear() {
    return this.draw(null, []);
  }

  async redraw(specification, rows) {
    const wanted = JSON.stringify([specification, rows, isDark(), isPhone()]);
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    const { vegaEmbed } = await load();
    this.view?.finalize();
    this.view = null;
    this.host.classList.remove("pickable");
    if (!specification) return this.host.replaceChildren();
    const config = inPanel(themes[isDark() ? "dark" : "light"], specification);
    const embedded = await vegaEmbed(this.host, { ...specification, datasets: { rows } }, {
      config, patch: fitWidth, actions: false, ast: true, renderer: "svg", defaultStyle: false, logLevel: ERRORS,
      tooltip: { disableDefaultStyle: true, theme: "own" } });
    this.view = embedded;
    if (this.onpick) this.listen(embedded.view);
  }

  listen(view) {
    const pick = (event, item) => {
      if (item?.datum && item.mark.marktype !== "group") this.onpick(item.datum);
    };
    view.addEventListener("click", pick);
    this.host.classList.add("pickable");
  }
}

// Vega calls a part of a chart an image also where nothing is in it, whenever it draws.
function calmEmptyMarks(host) {
  for (const mark of host.querySelectorAll(".role-mark[role]:empty")) mark.removeAttribute("role");
}

// Makes what Vega-Lite has compiled as wide as its host. Vega-Lite would do so itself, for "width": "container", and warn
// on the console that it leaves alone the height of a chart that has a line for each name.
function fitWidth({ width, ...others }) {
  const { signals = [], ...compiled } = fitLegend(others);
  if (width === undefined) return { signals, ...compiled };
  const update = "max(containerSize()[0], 100)";
  const fitted = { name: "width", init: update, on: [{ update, events: "window:resize" }] };
  return { ...compiled, autosize: { type: "fit-x", contains: "padding" }, signals: [fitted, ...signals] };
}

// Makes a chart as high as the legend beside it, of which Vega cuts off what is longer than the chart.
function fitLegend(compiled) {
  const legend = compiled.legends?.find(({ orient }) => orient === "right");
  if (!legend || typeof compiled.height !== "number") return compiled;
  const { height, signals = [], ...others } = compiled;
  const update = `max(${height}, ${ENTRY} * length(domain('${legend.shape ?? legend.fill}')))`;
  return { ...others, signals: [...signals, { name: "height", update }] };
}

const HAS_LEGEND_BESIDE = /"legend":\{"orient":"right"/;
const BESIDE = 24; // pixels at the right, for half of the last label: one that needs more is left out

// The look of the charts, made for a panel: no background, and long names leave room for what is drawn.
function inPanel(theme, specification) {
  const [text, label] = isPhone() ? [90, 96] : [200, 220]; // pixels
  return {
    ...theme, autosize: "pad", background: null, padding: { left: 5, top: 5, bottom: 5, right: BESIDE },
    text: { ...theme.text, limit: text }, axis: { ...theme.axis, labelLimit: label, labelBound: BESIDE },
    legend: { ...theme.legend, ...(isPhone() && !HAS_LEGEND_BESIDE.test(JSON.stringify(specification)) && { columns: 2 }) } };
}

function isPhone() {
  return matchMedia(PHONE).matches;
}

function load() {
  library ??= import("/vendor/vega.js");
  return library;
}
