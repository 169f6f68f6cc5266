// Error groups: how often, what, where, since when, and the last good run of the step.
import * as address from "./address.js";
import { element } from "./elements.js";
import { FAILED_STATUSES, inLogs } from "./filters.js";
import { ago, count, gist, time } from "./format.js";

const SHOWN = 8;

export function errorGroups(rows) {
  if (!rows.length) return [element("p", { class: "calm" }, element("span", { class: "tick" }, "✓"), " No failures.")];
  const most = Math.max(...rows.map((row) => row.failures));
  const shown = rows.slice(0, SHOWN).map((row) => group(row, most));
  const rest = rows.length - SHOWN;
  return rest > 0 ? [...shown, element("p", { class: "more" }, element(
    "a", { href: address.withChanges(inLogs("failures_by_error")), "data-key": "more" }, `and ${count(rest)} more, in Logs`))] : shown;
}

function group(row, most) {
  const where = [row.experiment_name, row.step_name].filter(Boolean).join(" · ");
  const others = row.steps?.length > 1 ? ` and ${row.steps.length - 1} more` : "";
  const good = row.next_good_run_id ? `good again ${ago(row.next_good_time)}`
    : row.last_good_run_id ? `last good ${ago(row.last_good_time)}` : "never good before";
  const filter = { ...FAILED_STATUSES, experiment: row.experiments?.length > 1 ? "" : row.experiment_name, level: "all",
    find: row.error };
  return element("button", {
    type: "button", class: "group", "data-key": JSON.stringify(filter), onclick: () => address.change(filter),
    title: `${row.error_message || row.error}\nfirst ${time(row.first_seen)}, last ${time(row.last_seen)} UTC` },
  element("span", { class: "times" }, `${count(row.failures)} ×`,
    element("span", { class: "bar", style: { width: `${row.failures / most * 100}%` } })),
  element("span", { class: "what" },
    element("span", { class: "clip message" }, gist(row.error_message) || row.error_code || row.error),
    element("small", { class: "clip" }, `${where}${others} — ${good}`)));
}
