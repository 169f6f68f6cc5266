// The run table. Only the rows that are seen exist as elements, and more are asked for as one scrolls: so 10,000 runs
// are as quick as ten.
import * as address from "./address.js";
import { askSaved, rowsOf } from "./api.js";
import { element, refill, statusPill, webLink } from "./elements.js";
import { commit, count, duration, exactTime, gist, numbered, time } from "./format.js";

const ROW_HEIGHT = 38;
const PAGE_ROWS = 1000; // as many as latest_runs.kql answers at a time
const SPARE_ROWS = 8;
const COLUMNS = ["Status", "Run", "Started (UTC)", "Duration", "Queued", "Compute", "Commit", "Submitted by", "Error", "Portal"];

export class RunTable {
  constructor(host, counter) {
    Object.assign(this, { counter, runs: [], shown: [], active: 0, complete: true, loading: null });
    this.head = element("div", { class: "run row head", role: "row" },
      COLUMNS.map((name) => element("span", { role: "columnheader" }, name)));
    this.body = element("div", { class: "rows", role: "rowgroup" });
    this.viewport = element("div", {
      class: "viewport", role: "grid", tabindex: "0", "aria-label": "Runs: arrows move, Enter opens",
      onscroll: () => this.schedule(), onkeydown: (event) => this.onKey(event) }, this.head, this.body);
    host.replaceChildren(this.viewport);
    new ResizeObserver(() => this.schedule()).observe(this.viewport);
  }

  // The first page anew; pages that had been loaded behind it are loaded again where one has scrolled to them.
  async refresh(parameters, signal) {
    const key = JSON.stringify({ ...parameters, since: null, until: null, at: null });
    const first = rowsOf(await askSaved("latest_runs", parameters, signal));
    this.parameters = parameters;
    this.hasFailed = false;
    this.runs = key === this.key && first.length === PAGE_ROWS ? merge(first, this.runs) : first;
    this.complete = this.runs.length < PAGE_ROWS || (key === this.key && this.complete);
    if (key !== this.key) Object.assign(this, { active: 0 }), this.viewport.scrollTop = 0;
    this.key = key;
    this.find();
  }

  // Keeps the runs in which the text to find occurs; the search is over what has been loaded.
  find() {
    const wanted = address.get("find").toLowerCase();
    this.shown = wanted ? this.runs.filter((run) => textOf(run).includes(wanted)) : this.runs;
    this.longest = longestByName(this.runs);
    this.active = Math.min(this.active, Math.max(0, this.shown.length - 1));
    const total = `${count(this.shown.length)}${this.complete ? "" : "+"} ${this.shown.length === 1 ? "run" : "runs"}`;
    this.counter.textContent = total;
    this.viewport.setAttribute("aria-rowcount", this.shown.length + 1);
    const height = this.shown.length * ROW_HEIGHT;
    this.body.style.height = `${height}px`;
    this.viewport.style.height = `min(72vh, ${height + 2 * ROW_HEIGHT}px)`;
    this.render();
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.render();
    });
  }

  render() {
    const { scrollTop, clientHeight } = this.viewport;
    const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - SPARE_ROWS);
    const last = Math.min(this.shown.length, Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT) + SPARE_ROWS);
    const rows = this.shown.slice(first, last).map((run, index) => this.row(run, first + index));
    refill(this.body, rows);
    this.viewport.setAttribute("aria-activedescendant", `run-${this.active}`);
    if (last === this.shown.length && !this.complete && !this.hasFailed) this.loadMore();
  }

  async loadMore() {
    if (this.loading) return;
    this.loading = this.key;
    try {
      const last = this.runs.at(-1);
      const until = new Date((last.end_time ?? last.start_time) + 1).toISOString(); // runs of the same moment come again
      const older = rowsOf(await askSaved("latest_runs", { ...this.parameters, until }));
      if (this.loading !== this.key) return;
      const before = this.runs.length;
      this.runs = merge(this.runs, older);
      this.complete = older.length < PAGE_ROWS || this.runs.length === before;
    } catch {
      this.hasFailed = true; // the next refresh tries again
    } finally {
      this.loading = null;
    }
    this.find();
  }

  row(run, index) {
    const href = address.withChanges(linkTo(run));
    const longest = this.longest.get(nameOf(run)) || 1;
    const error = run.failed_step_error_message || run.error_message || run.error_code;
    const cells = [
      statusPill(run.run_status),
      element("span", { class: `name ${run.run_level}` },
        element("a", { href, tabindex: "-1", class: "clip" }, numbered(run.experiment_name, run.run_number)),
        element("small", { class: "clip" }, run.run_name)),
      element("span", { title: exactTime(run.start_time) }, time(run.start_time)),
      element("span", { class: "length", title: "beside the longest run of this name" },
        element("span", {}, run.is_reused ? "reused" : duration(run.duration_seconds)),
        element("span", { class: "bar" }, element("span", {
          class: run.run_status, style: { width: `${(run.duration_seconds ?? 0) / longest * 100}%` } }))),
      element("span", {}, duration(run.queue_seconds)),
      element("span", { class: "clip", title: [run.target, run.vm_size].join(" ") }, run.target || "–"),
      element("code", { title: [run.git_commit, run.git_branch].join(" ") }, commit(run.git_commit) || "–"),
      element("span", { class: "clip" }, run.submitted_by),
      element("span", { class: "clip error", title: error },
        run.failed_step_name && element("b", {}, `${run.failed_step_name}: `), gist(error)),
      element("span", {}, webLink(run.run_url, "open"))];
    return element("div", {
      class: `run row${index === this.active ? " active" : ""}`, role: "row", id: `run-${index}`,
      "aria-rowindex": index + 2, "aria-selected": index === this.active, "data-run": run.run_id,
      style: { top: `${index * ROW_HEIGHT}px` }, onclick: (event) => this.open(event, run) },
    cells.map((cell) => element("span", { role: "gridcell" }, cell)));
  }

  open(event, run) {
    if (!event.target.closest("a")) address.change(linkTo(run));
  }

  onKey(event) {
    const page = Math.max(1, Math.floor(this.viewport.clientHeight / ROW_HEIGHT) - 2);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in moves) {
      event.preventDefault();
      this.active = Math.max(0, Math.min(this.shown.length - 1, this.active + moves[event.key]));
      this.reveal();
    } else if (event.key === "Enter" && this.shown[this.active]) {
      address.change(linkTo(this.shown[this.active]));
    }
  }

  reveal() {
    const top = this.active * ROW_HEIGHT;
    const height = this.viewport.clientHeight - ROW_HEIGHT;
    if (top < this.viewport.scrollTop) this.viewport.scrollTop = top;
    else if (top + ROW_HEIGHT > this.viewport.scrollTop + height) this.viewport.scrollTop = top + ROW_HEIGHT - height;
    this.render();
  }
}

function linkTo(run) {
  return run.run_level === "step" ? { run: run.root_run_id, step: run.run_id } : { run: run.run_id, step: "" };
}

function nameOf(run) {
  return JSON.stringify([run.workspace_name, run.experiment_name, run.run_level, run.run_name]);
}

function longestByName(runs) {
  const longest = new Map();
  for (const run of runs) {
    const name = nameOf(run);
    longest.set(name, Math.max(longest.get(name) ?? 0, run.duration_seconds ?? 0));
  }
  return longest;
}

function textOf(run) {
  return [run.experiment_name, `#${run.run_number}`, run.run_name, run.run_id, run.submitted_by, run.target, run.vm_size,
    run.git_branch, run.git_commit, run.error_code, run.error_message, run.error_fingerprint, run.failed_step_name,
    run.failed_step_error_message].join("\n").toLowerCase();
}

// The newer rows first, and of a run that is in both lists the newer row.
function merge(newer, older) {
  const known = new Set(newer.map((run) => `${run.workspace_name}/${run.run_id}`));
  return [...newer, ...older.filter((run) => !known.has(`${run.workspace_name}/${run.run_id}`))];
}
