// The tiles: one number each, its change against the period before, and the filter that a click sets.
import * as address from "./address.js";
import { costOf, remarks } from "./cost.js";
import { element } from "./elements.js";
import { FAILED_STATUSES, inLogs } from "./filters.js";
import { count, duration, numbered, percent } from "./format.js";
import { metricValue } from "./metrics.js";

// By name of the column: label, how to write a value, whether more is better (1), worse (-1) or neither (0), what a
// click does.
const TILES = [
  ["runs", "Runs", count, 0, { status: "", level: "" }],
  ["success_rate", "Success rate", percent, 1, { status: "Completed", level: "" }],
  ["failed", "Failed", count, -1, { ...FAILED_STATUSES, level: "" }],
  ["running", "Running", count, 0, null],
  ["p50_seconds", "Duration p50", duration, -1, { status: "Completed", level: "" }],
  ["p95_seconds", "Duration p95", duration, -1, { status: "Completed", level: "" }],
  ["queue_p50_seconds", "Queue time p50", duration, -1, { status: "", level: "step" }]];

// `showRunning` brings the runs in progress before the eyes: they have no record yet that a filter could find.
export function tiles(summary, showRunning) {
  return TILES.map(([name, label, write, direction, filter]) => element("button", {
    type: "button", class: `tile ${name}${summary[name] ? "" : " none"}`, "data-key": name, onclick: filter ? () => address.change(filter) : showRunning },
  element("span", { class: "label" }, label),
  element("span", { class: "value" }, write(summary[name])),
  changeOf(name, summary, write, direction)));
}

// What the machines cost, null where none was used; a click shows of which experiments and sizes.
export function costTile(cost) {
  const onclick = () => address.change(inLogs("cost_by_experiment"));
  return element("button", { type: "button", class: "tile cost", "data-key": "cost", onclick },
    element("span", { class: "label" }, "Cost"),
    element("span", { class: "value" }, costOf(cost)),
    element("span", { class: "change" }, cost ? remarks(cost).join(", ") || "all priced" : "no machine was used"));
}

// The metric that the table shows, in the latest run that has it; without one, how many metrics are worse than they used
// to be. `drops` are the answer of metric_drop.kql, `runs` those of the table, the latest first.
export function metricTile(chosen, drops, runs) {
  const told = chosen ? latestOf(runs) : dropsOf(drops);
  const onclick = () => address.change(inLogs(chosen ? "metric_trend" : "metric_drop"));
  return element("button", { type: "button", class: "tile metrics", "data-key": "metrics", onclick },
    element("span", { class: "label clip" }, chosen || "Metrics"),
    element("span", { class: "value" }, told.value),
    element("span", { class: `change ${told.feeling ?? ""}` }, told.change));
}

function latestOf(runs) {
  const latest = runs.find((run) => typeof run.metric_value === "number");
  return latest ? { value: metricValue(latest.metric_value), change: numbered(latest.experiment_name, latest.run_number) }
    : { value: "–", change: "no run of these has it" };
}

function dropsOf(drops) {
  if (!drops.length) return { value: "none worse", change: "than they used to be" };
  return { value: `${count(drops.length)} worse`, feeling: "worse", change: `${drops[0].experiment_name}: ${drops[0].metric_name}` };
}

function changeOf(name, summary, write, direction) {
  const [now, before] = [summary[name], summary[`previous_${name}`]];
  if (now === null || before === null || !summary.previous_runs) {
    return element("span", { class: "change" }, "no period before");
  }
  const difference = now - before;
  const same = Math.abs(difference) < 0.005 * Math.abs(before) || difference === 0; // less than one reads
  const feeling = same || !direction ? "" : difference * direction > 0 ? "better" : "worse";
  return element("span", { class: `change ${feeling}`, title: `in the period before: ${write(before)}` },
    same ? "as before" : `${difference > 0 ? "▲" : "▼"} ${relative(name, difference, before)}`);
}

function relative(name, difference, before) {
  if (name === "success_rate") return `${Math.abs(difference * 100).toFixed(1)} points`;
  if (!before) return `${count(Math.abs(difference))} more`;
  return `${Math.round(Math.abs(difference) / before * 100)} %`;
}
