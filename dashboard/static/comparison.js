// A run beside the last good one: durations of each step, and what was different before it ran.
import * as address from "./address.js";
import { costOf } from "./cost.js";
import { button, element, statusPill } from "./elements.js";
import { count, duration } from "./format.js";
import { metricChanges } from "./metrics.js";

const INPUTS = { target: "compute", vm_size: "VM size", docker_image: "image", snapshot_id: "code snapshot",
  git_commit: "commit", submitted_by: "submitted by" };

// Columns that are there if any row has something in them: a list.
const LISTS = {
  "Changed before it ran": changes,
  Metrics: (row) => metricChanges(row.run_status ? row.metrics : null, row.good_run_status ? row.good_metrics : null) };

const SHOWN = 50; // of very many steps, those that differ most

// `rows` are the answer of run_comparison.kql, `costs` the rows of run_cost.kql by run id, as far as they are known;
// `isRunning` is true while the run is in progress; `onall` is what shows all of very many steps, or nothing where all are
// to be shown.
export function comparison(rows, costs, isRunning, onall) {
  const good = rows.find((row) => !row.is_step && row.good_run_id);
  if (!good) return [element("p", { class: "calm" }, "No run of this pipeline completed before it.")];
  const more = Object.keys(LISTS).filter((name) => rows.some((row) => LISTS[name](row).length));
  const shown = onall && rows.length > SHOWN ? [...rows].sort((one, other) => weight(other) - weight(one)).slice(0, SHOWN) : rows;
  const heads = ["Step", "This run", "Last good run", "Difference", ...more];
  return [
    element("p", {}, element("a", { "data-key": "good run", href: address.withChanges({ run: good.good_run_id, step: "" }) }, "Open the last good run")),
    element("table", {},
      element("thead", {}, element("tr", {}, heads.map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, shown.map((row) => line(row, costs, isRunning, more)))),
    shown.length < rows.length && element("p", { class: "more" },
      `The ${count(SHOWN)} of ${count(rows.length)} that differ most. `, button("Show all", onall, { "data-key": "all" }))];
}

// How much is different: first of all the status, then the duration, then what went in and what came out.
function weight(row) {
  const isOther = changes(row).length > 0 || row.metrics !== row.good_metrics;
  const longer = Math.min(1, Math.abs(row.duration_seconds / row.good_duration_seconds - 1) || 0);
  return (row.is_step ? 0 : 9) + (row.run_status === row.good_run_status ? 0 : 3) + longer + (isOther ? 0.5 : 0);
}

function line(row, costs, isRunning, more) {
  const missing = !isRunning ? "did not run" : row.is_step ? "not yet" : statusPill("Running"); // in progress without a record
  return element("tr", { class: row.is_step ? "" : "whole" },
    element("th", { scope: "row" }, row.step_name),
    element("td", {}, row.run_status ? side(row.run_status, row.is_reused, row.duration_seconds, costs.get(row.run_id)) : missing),
    element("td", {}, row.good_run_status
      ? side(row.good_run_status, row.good_is_reused, row.good_duration_seconds, costs.get(row.good_run_id)) : "did not run"),
    element("td", { class: "number" }, difference(row)),
    more.map((name) => element("td", {}, listed(LISTS[name](row)))));
}

function listed(items) {
  return items.length ? element("ul", {}, items) : "–";
}

function side(status, isReused, seconds, cost) {
  return [statusPill(status), ` ${isReused ? "reused" : duration(seconds)}${cost ? ` · ${costOf(cost)}` : ""}`];
}

function difference(row) {
  const comparable = row.run_status && row.good_run_status && !row.is_reused && !row.good_is_reused && row.good_duration_seconds;
  if (!comparable || row.duration_seconds === null) return "–";
  const percent = Math.round((row.duration_seconds / row.good_duration_seconds - 1) * 100);
  return `${percent > 0 ? "+" : percent < 0 ? "−" : "±"}${Math.abs(percent)} %`;
}

function changes(row) {
  if (!row.run_status || !row.good_run_status) return [];
  return Object.entries(INPUTS).filter(([name]) => row[name] !== row[`good_${name}`]).map(([name, label]) => element(
    "li", {}, `${label}: `, element("del", {}, row[`good_${name}`] || "none"), " → ", element("ins", {}, row[name] || "none")));
}
