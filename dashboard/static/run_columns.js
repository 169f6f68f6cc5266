// The columns of the run table: what each shows of a run, and by what it sorts.
import * as address from "./address.js";
import { costOf } from "./cost.js";
import { button, element, statusPill, unseen, webLink } from "./elements.js";
import { commit, duration, exactTime, gist, numbered, starterName, time } from "./format.js";
import { metricValue } from "./metrics.js";

// `costs` are rows of run_cost.kql by run id, `longest` the seconds of the longest run by name, `metric` the name of a
// metric that has a column, or nothing; `onsort` is called with what the address then has as `sort`.
export function runColumns({ costs, longest, metric, onsort }) {
  return [
    { title: "Status", width: 126, phone: 40, cell: (run) => statusPill(run.run_status) },
    { title: "Run", width: 180, share: 1.3, phone: 0, cell: (run) => nameOf(run) },
    { title: "Started (UTC)", width: 100, phone: 92, by: (run) => run.start_time,
      cell: (run) => element("span", { title: exactTime(run.start_time) }, time(run.start_time)) },
    { title: "Duration", width: 100, phone: 78, by: (run) => run.duration_seconds, cell: (run) => lengthOf(run, longest) },
    { title: "Queued", width: 80, by: (run) => run.queue_seconds, cell: (run) => duration(run.queue_seconds) },
    { title: "Cost", width: 84, kind: "number", by: (run) => costs.get(runKey(run))?.cost, cell: (run) => costOf(costs.get(runKey(run))) },
    ...(metric ? [{ title: metric, name: `metric ${metric}`, width: 96, kind: "number", by: (run) => run.metric_value,
      cell: (run) => (run.metric_value === null ? "–" : metricValue(run.metric_value)) }] : []),
    { title: "Compute", width: 96, cell: (run) => clip(run.target || "–", [run.target, run.vm_size].join(" ")) },
    { title: "Commit", width: 72, cell: (run) => element(
      "code", { title: [run.git_commit, run.git_branch].join(" ") }, commit(run.git_commit) || "–") },
    { title: "Started by", width: 112, cell: (run) => submitterOf(run) },
    { title: "Error", width: 150, share: 1.6, cell: (run) => errorOf(run) },
    { title: "Portal", width: 20, head: unseen("Portal"),
      cell: (run) => webLink(run.run_url, `portal ${run.workspace_name}/${run.run_id}`, unseen("Open in the portal")) },
  ].map((column) => (column.by ? sortable(column, onsort) : column));
}

// The runs by the values of the column that the address names, first the greatest or, after a minus, the least; those
// that have none come last. Without a name they stay as they are.
export function sortRuns(runs, columns) {
  const [, minus, name] = /^(-?)(.*)$/.exec(address.get("sort"));
  const by = columns.find((column) => column.by && (column.name ?? column.title) === name)?.by;
  if (!by) return runs;
  const valueOf = (run) => by(run) ?? null;
  const [some, none] = [runs.filter((run) => valueOf(run) !== null), runs.filter((run) => valueOf(run) === null)];
  return [...some.sort((one, other) => (minus ? 1 : -1) * (valueOf(one) - valueOf(other))), ...none];
}

// A click sorts downwards, another one upwards, a third one not at all.
function sortable(column, onsort) {
  const { title, name = title } = column;
  const sorted = { [name]: "descending", [`-${name}`]: "ascending" }[address.get("sort")];
  const next = { descending: `-${name}`, ascending: "" }[sorted] ?? name;
  const sign = { descending: " ▾", ascending: " ▴" }[sorted] ?? "";
  return { ...column, sorted, head: button(title + sign, () => onsort(next), {
    class: "sort clip", "data-key": `sort ${name}`, title: `Sort by ${title}` }) };
}

function nameOf(run) {
  const href = address.withChanges(linkTo(run));
  const { experiment_name: experiment, run_number: number, run_name: name } = run;
  return element("span", { class: `name ${run.run_level}`, title: [numbered(experiment, number), name].filter(Boolean).join("\n") },
    element("a", { href, tabindex: "-1", class: "numbered" },
      element("span", { class: "clip" }, experiment), numbered("", number) && element("span", {}, numbered("", number))),
    element("small", { class: "clip" }, name));
}

function lengthOf(run, longest) {
  const share = (run.duration_seconds ?? 0) / (longest.get(nameKey(run)) || 1);
  return element("span", { class: "length", title: "beside the longest run of this name" },
    element("span", {}, run.is_reused ? "reused" : duration(run.duration_seconds)),
    element("span", { class: "bar" }, element("span", { class: run.run_status, style: { width: `${share * 100}%` } })));
}

// What started it, and below that whose it is.
function submitterOf({ started_by: starter, submitted_by: person }) {
  const name = starterName(starter);
  return element("span", { class: "name", title: [name, person].filter(Boolean).join(", ") },
    element("span", { class: "clip" }, name || person || "–"), name && element("small", { class: "clip" }, person));
}

function errorOf(run) {
  const error = run.failed_step_error_message || run.error_message || run.error_code;
  return element("span", { class: "clip error", title: error },
    run.failed_step_name && element("b", {}, `${run.failed_step_name}: `), gist(error));
}

function clip(text, title) {
  return element("span", { class: "clip", title }, text);
}

// Where a run is opened: a step within its pipeline run.
export function linkTo(run) {
  return run.run_level === "step" ? { run: run.root_run_id, step: run.run_id } : { run: run.run_id, step: "" };
}

// Which run it is: two workspaces may have runs of one id.
export function runKey(run) {
  return `${run.workspace_name}/${run.run_id}`;
}

// What runs have in common that are one another's next ones.
export function nameKey(run) {
  return JSON.stringify([run.workspace_name, run.experiment_name, run.run_level, run.run_name]);
}
