// Starts the page: which view the address asks for, live updates, keys, the theme.
import * as address from "./address.js";
import { askSaved, countRecords, listQueries, onLack, rowsOf } from "./api.js";
import { PHONE, isDark, useThemes } from "./charts.js";
import { element } from "./elements.js";
import { NO_FILTERS, parameters } from "./filters.js";
import { ago, duration } from "./format.js";
import { watch } from "./live.js";
import { LogsView } from "./logs_view.js";
import { NotebooksView } from "./notebooks_view.js";
import { RunView } from "./run_view.js";
import { RunsView } from "./runs_view.js";

const THEME = "theme"; // its name in the browser's storage
const PLACES = ["runs", "notebooks", "logs"]; // each with a link at the top
const AWAY = { view: "", notebook: "", query: "", kql: "", run: "", step: "", find_step: "" };
const byId = (id) => document.getElementById(id);
const inView = (part) => document.querySelector(`main > :not([hidden]) ${part}`);

const [{ queries: saved, groups, themes, source }, records] = await Promise.all([listQueries(), countRecords().catch(() => null)]);
useThemes(themes);
const queries = new Map(saved.map((query) => [query.name, query]));
const views = {
  runs: new RunsView(queries), run: new RunView(), notebooks: new NotebooksView(queries), logs: new LogsView(queries, groups) };
let current = null;
let freshness = null;
let problem = null;
let lack = "";
let placeOfRuns = 0;
let wayBack = ""; // the address of the runs when one left them for Logs

function chosenView() {
  const asked = address.get("view");
  if (asked === "logs" || asked === "notebooks") return asked;
  return address.get("run") ? "run" : "runs";
}

async function show(left) {
  const name = chosenView();
  if (current === "runs" || current === "run") wayBack = address.withChanges(AWAY, left);
  if (current === "runs") placeOfRuns = scrollY;
  for (const [each, view] of Object.entries(views)) view.host.hidden = each !== name;
  const entered = current !== name;
  current = name;
  const place = name === "run" ? "runs" : name;
  for (const each of PLACES) byId(`to-${each}`).setAttribute("aria-current", each === place ? "page" : "false");
  byId("to-runs").href = name === "logs" && wayBack ? wayBack : address.withChanges(AWAY);
  if (entered) scrollTo(0, name === "runs" ? placeOfRuns : 0); // who comes back goes on where he was
  views[name].show();
  lack = "";
  await report(views[name].refresh());
}

async function report(refreshed) {
  try {
    await refreshed;
  } catch (error) {
    byId("freshness").textContent = error.message;
  }
}

// Something was recorded: Logs keep the answer that one is reading.
async function refresh() {
  lack = "";
  await Promise.all([refreshFreshness(), current === "logs" ? null : report(views[current].refresh())]);
}

async function refreshFreshness() {
  try {
    [freshness] = rowsOf(await askSaved("telemetry_freshness", { at: parameters().at }));
  } catch (error) {
    problem ??= error.message;
  }
  showFreshness();
}

function showFreshness() {
  const parts = !freshness ? ["asking"] : !freshness.last_record_time ? ["no records yet"] : [
    `last record ${ago(freshness.last_record_time)}`, `lag p50 ${duration(freshness.lag_p50_seconds)}`,
    ...(freshness.invalid_events ? [`${freshness.invalid_events} invalid events`] : []), ...(lack ? [lack] : [])];
  byId("freshness").replaceChildren(
    element("span", { class: problem ? "dot gone" : "dot", "aria-hidden": "true" }), problem ?? `live · ${parts.join(" · ")}`);
}

// Where nothing is recorded yet.
function showWhatToDo([sentence, command]) {
  byId("when-empty").replaceChildren(element("p", {}, sentence), command ? element("pre", {}, command) : "");
}

function switchTheme() {
  const wanted = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = wanted;
  localStorage.setItem(THEME, wanted);
  views[current].redraw();
}

const KEYS = {
  1: () => byId("to-runs").click(),
  2: () => address.change({ ...AWAY, view: "notebooks" }),
  3: () => address.change({ ...NO_FILTERS, ...AWAY, view: "logs" }),
  "/": () => inView("input[type=search]")?.focus(),
  r: () => inView(".viewport")?.focus(),
  t: switchTheme,
  "?": () => byId("keys").showModal(),
};

function onKey(event) {
  const typing = event.target.closest("input, textarea, select");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && !byId("keys").open) {
    if (typing) typing.blur();
    else if (current === "run") address.change(AWAY);
  } else if (!typing && event.key in KEYS) {
    event.preventDefault();
    KEYS[event.key]();
  }
}

onLack((text) => {
  lack = text;
});
byId("source").textContent = source.name;
showWhatToDo(source.when_empty);
document.documentElement.dataset.theme = localStorage.getItem(THEME) ?? "";
if (!document.documentElement.dataset.theme) delete document.documentElement.dataset.theme;
for (const look of ["(prefers-color-scheme: dark)", PHONE]) {
  matchMedia(look).addEventListener("change", () => views[current].redraw());
}
byId("theme").addEventListener("click", switchTheme);
byId("keys-button").addEventListener("click", KEYS["?"]);
byId("keys-close").addEventListener("click", () => byId("keys").close());
document.addEventListener("keydown", onKey);
document.addEventListener("click", address.follow);
address.onChange(show);
setInterval(showFreshness, 5000);
await Promise.all([show(), refreshFreshness()]);
watch(records, refresh, (found) => {
  problem = found;
  showFreshness();
});
