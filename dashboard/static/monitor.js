// The monitor itself: whether its function is called, its calls succeed, and its records are in time.
import { withChanges } from "./address.js";
import { element } from "./elements.js";
import { ago, count, duration } from "./format.js";

export function monitorList([row]) {
  if (!row) return [];
  return [element("a", { href: withChanges({ view: "logs", query: "monitor_health" }), class: "item", "data-key": "monitor" },
    element("span", { class: `kind ${row.problem ? "Stuck" : "well"}` }, row.problem || "well"),
    element("span", { class: "what" }, element("strong", {}, records(row)), element("span", {}, calls(row)),
      element("small", {}, "Dead letters are counted by Event Grid: the workbook shows them, and an alert tells of each.")))];
}

function records(row) {
  if (!row.last_record_time) return "no record of an event yet";
  const lag = row.records ? `, ${count(row.records)} in the last hour, median lag ${duration(row.lag_p50_seconds)}` : "";
  return `last record ${ago(row.last_record_time)}${lag}`;
}

// The local functions host has no telemetry of its own.
function calls(row) {
  if (!row.last_call_time) return "no call of the function is known";
  return `last call ${ago(row.last_call_time)}, ${count(row.calls)} in the last hour, ${count(row.failed_calls)} of them failed`;
}
