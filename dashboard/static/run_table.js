// The run table: the runs that are loaded, what of them is looked for and how they are sorted. More are asked for as one
// scrolls.
import * as address from "./address.js";
import { askSaved, rowsOf } from "./api.js";
import { count, starterName } from "./format.js";
import { linkTo, nameKey, runColumns, runKey, sortRuns } from "./run_columns.js";
import { WindowedRows } from "./windowed_rows.js";

const PAGE_ROWS = 1000; // as many as latest_runs.kql answers at a time

export class RunTable {
  constructor(host, counter, onmore) {
    Object.assign(this, { counter, onmore, runs: [], shown: [], complete: true, loading: null, costs: new Map() });
    this.rows = new WindowedRows({
      name: "run", role: "grid", label: "Runs: arrows move, Enter opens", keyOf: runKey,
      attributes: (run) => ({ "data-run": run.run_id }), open: (run) => address.change(linkTo(run)), end: () => this.loadMore() });
    host.replaceChildren(this.rows.host);
    this.rows.layOut(this.columns());
  }

  // The first page anew; pages that had been loaded behind it are loaded again where one has scrolled to them.
  async refresh(filters, signal) {
    const parameters = { ...filters, metric: address.get("metric") };
    const period = ["time", "since", "until"].map(address.get);
    const key = JSON.stringify({ ...parameters, since: null, until: null, at: null, period });
    const first = rowsOf(await askSaved("latest_runs", parameters, signal));
    this.parameters = parameters;
    this.hasFailed = false;
    this.runs = key === this.key && first.length === PAGE_ROWS ? merge(first, this.runs) : first;
    this.complete = this.runs.length < PAGE_ROWS || (key === this.key && this.complete);
    if (key !== this.key) this.rows.active = this.rows.host.scrollTop = 0;
    this.key = key;
    this.find();
  }

  // What these runs cost, which the table does not wait for.
  async price(signal, runs = this.runs, parameters = this.parameters) {
    if (!runs.length) return;
    const since = new Date(Math.min(...runs.map(endOf))).toISOString();
    const costs = rowsOf(await askSaved("run_cost", { ...parameters, since }, signal));
    this.costs = new Map([...this.costs, ...costs.map((row) => [runKey(row), row])]);
    this.find();
  }

  // Keeps the runs in which the text to find occurs; that, and the order, are over what has been loaded.
  find() {
    const wanted = address.get("find").toLowerCase();
    const columns = this.columns();
    const found = this.runs.filter((run) => !wanted || textOf(run).includes(wanted));
    this.shown = sortRuns(found, columns);
    const isPart = !this.complete && (wanted || this.shown !== found);
    this.counter.textContent = `${count(this.shown.length)}${this.complete ? "" : "+"} ${this.shown.length === 1 ? "run" : "runs"}`
      + (isPart ? `, among the latest ${count(this.runs.length)}` : "");
    this.rows.layOut(columns);
    this.rows.show(this.shown);
  }

  columns() {
    const onsort = (sort) => {
      address.note({ sort });
      this.find();
    };
    return runColumns({ costs: this.costs, longest: longestByName(this.runs), metric: this.parameters?.metric, onsort });
  }

  async loadMore() {
    if (this.loading || this.complete || this.hasFailed) return;
    this.loading = this.key;
    try {
      const last = this.runs.findLast((run) => run.end_time !== null) ?? this.runs.at(-1); // without an end it stands elsewhere
      const until = new Date(endOf(last) + 1).toISOString(); // runs of the same moment come again
      const parameters = { ...this.parameters, until };
      const older = rowsOf(await askSaved("latest_runs", parameters));
      if (this.loading !== this.key) return;
      const before = this.runs.length;
      this.runs = merge(this.runs, older);
      this.complete = older.length < PAGE_ROWS || this.runs.length === before;
      this.price(undefined, older, parameters).catch(() => {}); // the next refresh tries again
    } catch {
      this.hasFailed = true; // the next refresh tries again
    } finally {
      this.loading = null;
    }
    this.find();
    this.onmore();
  }
}

function endOf(run) {
  return run.end_time ?? run.start_time;
}

function longestByName(runs) {
  const longest = new Map();
  for (const run of runs) {
    const name = nameKey(run);
    longest.set(name, Math.max(longest.get(name) ?? 0, run.duration_seconds ?? 0));
  }
  return longest;
}

function textOf(run) {
  return [run.experiment_name, `#${run.run_number}`, run.run_name, run.run_id, run.submitted_by, starterName(run.started_by), run.target,
    run.vm_size, run.git_branch, run.git_commit, run.error_code, run.error_message, run.error_fingerprint,
    run.failed_step_name, run.failed_step_error_message].join("\n").toLowerCase();
}

// The newer rows first, and of a run that is in both lists the newer row.
function merge(newer, older) {
  const known = new Set(newer.map(runKey));
  return [...newer, ...older.filter((run) => !known.has(runKey(run)))];
}
