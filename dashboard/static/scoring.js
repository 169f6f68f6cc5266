// Scoring services by deployment and version of the model, each with the run that made it one click away.
import { withChanges } from "./address.js";
import { element } from "./elements.js";
import { ago, count, percent } from "./format.js";

export function scoringList(rows) {
  return rows.map((row) => element("a", {
    href: target(row), class: "item",
    "data-key": [row.service_name, row.deployment_name, row.model_name, row.model_version].join(" ") },
    element("span", { class: `kind ${row.problem ? "Stuck" : "well"}` }, row.problem || "well"),
    element("span", { class: "what" },
      element("strong", {}, [row.service_name, row.deployment_name].filter(Boolean).join(" · ")),
      element("span", {}, `${count(row.request_count)} requests, ${percent(row.failed_share)} failed, `
        + `median ${milliseconds(row.p50_ms)}, 95 % below ${milliseconds(row.p95_ms)}`),
      element("small", {}, `${model(row)}, last request ${ago(row.last_request_time)}`))));
}

function model({ model_name: name, model_version: version, training_run_id: run }) {
  return name ? `model ${name}, version ${version}${run ? ": open the run that made it" : ""}` : "a model of which nothing is logged";
}

// Where no run is known to have made the model, the requests themselves.
function target({ training_run_id: run }) {
  return withChanges(run ? { run } : { view: "logs", query: "scoring_requests" });
}

function milliseconds(value) {
  if (value === null || value === undefined) return "–";
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}
