// The monitor itself: whether its function is called, its calls succeed, and its records are in time.
import { withChanges } from "./address.js";
import { element } from "./elements.js";
import { inLogs } from "./filters.js";
import { ago, count, duration } from "./format.js";

// `rows` are the answer of monitor_health.kql, `recent` is how far back it looks: 6h. The alert looks as far.
export function monitorList([row], recent) {
  if (!row) return [];
  const period = `in the last ${recent.replace("h", " h")}`;
  return [element("a", { href: withChanges(inLogs("monitor_health")), class: "item", "data-key": "monitor" },
    element("span", { class: `kind ${row.problem ? "Stuck" : "well"}` }, row.problem || "well"),
    element("span", { class: "what" }, element("strong", {}, records(row, period)), element("span", {}, calls(row, period)),
      element("small", {}, "The alert about the monitor fires on these figures. Dead letters are counted by Event Grid: the workbook shows them, "
        + "and an alert tells of each.")))];
}

function records(row, period) {
  if (!row.last_record_time) return "no record of an event yet";
  const lag = row.records ? `, ${count(row.records)} ${period}, median lag ${duration(row.lag_p50_seconds)}` : "";
  return `last record ${ago(row.last_record_time)}${lag}`;
}

// A functions host without APPLICATIONINSIGHTS_CONNECTION_STRING tells of no call.
function calls(row, period) {
  if (!row.last_call_time) return "no call of the function is known";
  return `last call ${ago(row.last_call_time)}, ${count(row.calls)} ${period}, ${count(row.failed_calls)} of them failed`;
}
