// Scoring services by deployment and version of the model, and what they predict; each leads to the run that made its model.
import { withChanges } from "./address.js";
import { element } from "./elements.js";
import { inLogs } from "./filters.js";
import { ago, count, day, percent } from "./format.js";
import { metricValue } from "./metrics.js";

const CLEARLY = 0.5; // of training's deviations

// `rows` are the answer of scoring_health.kql.
export function scoringList(rows) {
  return rows.map((row) => item(row, "scoring_requests", [row.service_name, row.deployment_name], {
    kind: row.problem || "well", isWell: !row.problem, title: [row.service_name, row.deployment_name].filter(Boolean).join(" · "),
    text: `${count(row.request_count)} requests, ${percent(row.failed_share)} failed, `
      + `median ${milliseconds(row.p50_ms)}, 95 % below ${milliseconds(row.p95_ms)}`,
    note: `${modelOf(row)}, last request ${ago(row.last_request_time)}` }));
}

// `rows` are the answer of predictions_by_day.kql, the latest day last: an item for each version of a model.
export function predictionsList(rows) {
  const latest = new Map(rows.map((row) => [JSON.stringify([row.model_name, row.model_version]), row]));
  return [...latest.values()].map((row) => {
    const isShifted = Math.abs(row.shift) >= CLEARLY;
    return item(row, "predictions_by_day", ["predictions"], {
      kind: row.shift === null ? "no training" : isShifted ? "shifted" : "as trained", isWell: row.shift !== null && !isShifted,
      title: `Predictions of ${row.model_name}, version ${row.model_version}`,
      text: `${count(row.predictions)} on ${day(row.day)}, mean ${metricValue(row.prediction_mean)}${trained(row)}`,
      note: row.training_run_id ? "open the run that made the model" : "no run is known to have made the model" });
  });
}

function trained({ training_mean: mean, shift }) {
  if (mean === null) return "";
  return shift === null ? `; training's was ${metricValue(mean)}`
    : `, ${Math.abs(shift).toFixed(1)} deviations ${shift < 0 ? "below" : "above"} training's ${metricValue(mean)}`;
}

// Where no run is known to have made the model, a click opens the query.
function item(row, query, names, { kind, isWell, title, text, note }) {
  const { training_run_id: run } = row;
  return element("a", {
    href: withChanges(run ? { run } : inLogs(query)), class: "item",
    "data-key": JSON.stringify([row.workspace_name, ...names, row.model_name, row.model_version]) },
  element("span", { class: `kind ${isWell ? "well" : "Stuck"}` }, kind),
  element("span", { class: "what" }, element("strong", {}, title), element("span", {}, text), element("small", {}, note)));
}

function modelOf({ model_name: name, model_version: version, training_run_id: run }) {
  return name ? `model ${name}, version ${version}${run ? ": open the run that made it" : ""}` : "a model of which nothing is logged";
}

function milliseconds(value) {
  if (value === null || value === undefined) return "–";
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}
