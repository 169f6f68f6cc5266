// Promises about pipelines, from the table at the top of queries/expectations.kql: those that were missed or are at risk.
import { withChanges } from "./address.js";
import { element } from "./elements.js";
import { NO_FILTERS } from "./filters.js";
import { numbered } from "./format.js";

export function expectationsList(rows) {
  if (!rows.length) {
    return [element("p", { class: "calm" }, element("span", { class: "tick" }, "✓"),
      " No promise was missed, of those in the table at the top of expectations.kql.")];
  }
  return rows.map((row) => element("a", {
    href: target(row), class: "item", "data-key": [row.workspace_name, row.experiment_name, row.promise].join(" ") },
    element("span", { class: `kind ${row.state === "missed" ? "Stuck" : ""}` }, row.state === "missed" ? "Missed" : "At risk"),
    element("span", { class: "what" },
      element("strong", {}, numbered(row.experiment_name, row.run_number)),
      element("span", {}, row.problem), element("small", {}, `${row.promise} · ${row.who_is_told}`))));
}

function target({ run_id: run, experiment_name: experiment }) {
  return withChanges(run ? { run } : { ...NO_FILTERS, experiment });
}
