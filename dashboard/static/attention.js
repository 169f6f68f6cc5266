// What needs attention: the answers of several queries as one list, and the runs in progress.
import { withChanges } from "./address.js";
import { element } from "./elements.js";
import { NO_FILTERS, timeRange } from "./filters.js";
import { ago, commit, count, duration, gist, numbered, percent, time } from "./format.js";
import { metricValue } from "./metrics.js";

// By query, in the order of urgency: what it is called, and an item for each of its rows; `of` tells apart what has the
// same title. An item that has a `when` counts in the time that the filters have.
export const ATTENTION = {
  stuck_runs: (row) => ({
    kind: "Stuck", title: numbered(row.experiment_name, row.run_number), of: row.run_id, href: withChanges({ run: row.run_id }),
    text: `in progress for ${duration(row.running_seconds)}; 95 % of its runs take less than ${duration(row.usual_p95_seconds)}` }),
  newly_failing: (row) => ({
    kind: "Newly failing", title: row.experiment_name, href: withChanges({ run: row.run_id }),
    text: [row.failed_step_name, gist(row.error_message) || row.run_status].filter(Boolean).join(": "),
    note: `failed ${ago(row.failure_time)}, last good run ${ago(row.last_good_time)}` }),
  late_runs: (row) => ({
    kind: "Late", title: row.experiment_name, href: withChanges({ ...NO_FILTERS, experiment: row.experiment_name }),
    text: `no run for ${duration(row.hours_since * 3600)}; usually one every ${duration(row.usual_gap_hours * 3600)}` }),
  scheduled_runs: (row) => ({
    kind: "Schedule", title: `${row.experiment_name}: ${row.schedule}`, of: row.scheduled_time, when: row.scheduled_time,
    href: withChanges({ ...NO_FILTERS, experiment: row.experiment_name }),
    text: `${row.finding === "missed" ? "started no run" : `started ${count(row.runs)} runs`} for ${time(row.scheduled_time)} UTC` }),
  monitor_breaches: (row) => ({
    kind: "Monitor", title: numbered(row.experiment_name, row.run_number), of: [row.run_id, row.breach],
    href: withChanges({ run: row.run_id }), text: row.breach, note: `found ${ago(row.end_time)}` }),
  success_rate_drop: (row) => ({
    kind: "Success rate fell", title: row.experiment_name,
    href: withChanges({ ...NO_FILTERS, experiment: row.experiment_name }),
    text: `from ${percent(row.previous_success_rate)} to ${percent(row.success_rate)}` }),
  slower_steps: (row) => ({
    kind: "Slower", title: `${row.experiment_name}: ${row.step_name}`,
    href: withChanges({ run: row.parent_run_id, step: row.run_id }),
    text: `${duration(row.duration_seconds)} instead of ${duration(row.usual_seconds)}, ${row.times_slower?.toFixed(1)} times as long` }),
  broken_notebooks: (row) => ({
    kind: "Notebook", title: row.notebook, href: withChanges({ view: "notebooks", notebook: row.notebook }),
    text: [row.failed_cell, gist(row.error_message) || row.run_status].filter(Boolean).join(": "), note: brokenSince(row) }),
  metric_drop: (row) => ({
    kind: "Metric", title: `${row.experiment_name}: ${row.metric_name}`, of: row.step_name,
    href: withChanges({ run: row.root_run_id, step: row.run_id === row.root_run_id ? "" : row.run_id }),
    text: `${metricValue(row.value)} instead of ${metricValue(row.usual_value)}${row.worse_share === null ? "" : `, worse by ${percent(row.worse_share)}`}`,
    note: row.step_name }),
};

// Since which commit a notebook fails, and which was the last good one.
export function brokenSince({ first_bad_commit: bad, first_failure_time: since, last_good_commit: good, last_good_time: when }) {
  const last = when === null ? "it has never passed" : `last good ${good ? `at ${commit(good)}, ` : ""}${ago(when)}`;
  return `broken since ${commit(bad) || time(since)}, ${last}`;
}

// `answers` are rows by query; null where there is no answer yet.
export function attentionList(answers) {
  const [since] = timeRange(Date.now());
  const items = Object.entries(ATTENTION).flatMap(([query, item]) => (answers[query] ?? []).map(
    (row) => ({ workspace: row.workspace_name, ...item(row) }))).filter(({ when = since }) => when >= since);
  if (!items.length) {
    const isKnown = Object.keys(ATTENTION).every((query) => answers[query]);
    return isKnown ? [element("p", { class: "calm" }, element("span", { class: "tick" }, "✓"), " Nothing needs attention.")] : [];
  }
  return items.map(({ kind, workspace, title, of, text, note, href }) => element("a", {
    href, class: "item", "data-key": JSON.stringify([kind, workspace, title, of]) },
  element("span", { class: `kind ${kind.split(" ")[0]}` }, kind),
  element("span", { class: "what" }, element("strong", {}, title), element("span", { class: "clip", title: text }, text),
    note && element("small", {}, note))));
}

// Runs in progress, each with a bar from its begin towards the usual duration of its experiment.
export function runningList(rows) {
  if (!rows.length) return [element("p", { class: "calm" }, "No pipeline run is in progress, as far as records tell.")];
  return rows.map((row) => {
    const usual = row.usual_p95_seconds;
    const share = usual ? Math.min(1, row.running_seconds / usual) : 0;
    return element("a", { href: withChanges({ run: row.run_id }), class: "item", "data-key": `${row.workspace_name}/${row.run_id}` },
      element("span", { class: "what" },
        element("strong", {}, numbered(row.experiment_name, row.run_number)),
        element("span", {}, `for ${duration(row.running_seconds)}`, usual ? `, usually ${duration(row.usual_p50_seconds)}` : ""),
        element("span", { class: "progress" },
          element("span", { class: share < 1 ? "" : "over", style: { width: `${share * 100}%` } }))));
  });
}
