// Notebooks that builds have run: what broke since the last good commit, how each one ended, and which cells are slow.
import * as address from "./address.js";
import { askSaved, rowsOf } from "./api.js";
import { brokenSince } from "./attention.js";
import { Chart } from "./charts.js";
import { button, element, refill, statusPill } from "./elements.js";
import { FilterBar, parameters } from "./filters.js";
import { commit, count, duration, exactTime, gist, time } from "./format.js";
import { fillPart } from "./parts.js";
import { WindowedRows } from "./windowed_rows.js";

export class NotebooksView {
  // `queries` are the saved queries by name.
  constructor(queries) {
    this.queries = queries;
    this.host = document.getElementById("notebooks");
    this.part = (name) => document.getElementById(name);
    this.filters = new FilterBar(this.part("notebook-filters"), ["workspace"], "notebook");
    this.charts = {
      notebook_results: new Chart(this.part("results"), { onpick: ({ run_id: run }) => run && address.change(ofRun(run)) }),
      slowest_cells: new Chart(this.part("cells"), { onpick: ({ last_run_id: run }) => run && address.change(ofRun(run)) }) };
    this.table = new WindowedRows({
      name: "notebook", role: "grid", label: "Runs of notebooks: arrows move, Enter opens", keyOf: (row) => row.run_id, attributes: (row) => ({ "data-run": row.run_id }),
      open: (row) => address.change(ofRun(row.run_id)) });
    this.table.layOut(COLUMNS);
    this.part("notebook-table").append(this.table.host);
    this.answers = {};
    this.again = () => this.refresh();
  }

  show() {
    this.host.hidden = false;
    document.title = "Notebooks · Pipeline Run Monitor";
    this.filters.show();
  }

  async refresh() {
    this.running?.abort();
    const { signal } = this.running = new AbortController();
    const values = { ...parameters(), notebook: address.get("notebook") };
    const rows = async (name) => rowsOf(await askSaved(name, values, signal));
    const fill = (id, update) => fillPart(this.part(id), update, this.again);
    await Promise.all([
      fill("notebook-filters", () => this.filters.refresh(signal)),
      fill("notebook-panel", async () => this.showResults(await rows("notebook_results").catch((error) => {
        if (error.name !== "AbortError") this.showParts(true); // where it is told
        throw error;
      }))),
      fill("broken-panel", async () => refill(this.part("broken"), brokenList(await rows("broken_notebooks")))),
      fill("cells-panel", async () => this.drawChart("slowest_cells", await rows("slowest_cells")))]);
  }

  redraw() {
    for (const [name, rows] of Object.entries(this.answers)) this.drawChart(name, rows);
  }

  async showResults(rows) {
    this.showParts(rows.length > 0);
    refill(this.part("notebooks-empty"), emptyState());
    const of = address.get("notebook");
    refill(this.part("notebook-count"), summary(rows),
      of && [` of ${of} `, button("Show all notebooks", () => address.change({ notebook: "" }), { class: "quiet", "data-key": "all" })]);
    this.table.show(rows);
    await this.drawChart("notebook_results", rows);
  }

  showParts(isShown) {
    this.part("notebook-parts").hidden = !isShown;
    this.part("notebooks-empty").hidden = isShown;
  }

  async drawChart(name, rows) {
    this.answers[name] = rows;
    if (name === "slowest_cells") this.part("cells-empty").hidden = rows.length > 0;
    await (rows.length ? this.charts[name].draw(this.queries.get(name).chart, rows) : this.charts[name].clear());
  }
}

const COLUMNS = [
  { title: "Result", width: 112, phone: 40, cell: (row) => statusPill(statusOf(row), wordOf(row)) },
  { title: "Notebook", width: 200, share: 1.4, phone: 0, cell: (row) => nameOf(row) },
  { title: "Ended (UTC)", width: 100, phone: 92,
    cell: (row) => element("span", { title: exactTime(row.end_time) }, time(row.end_time)) },
  { title: "Duration", width: 84, phone: 78, kind: "number", cell: (row) => duration(row.duration_seconds) },
  { title: "Cells passed", width: 90, kind: "number",
    cell: (row) => (row.cells === null ? "–" : `${count(row.passed_cells)} of ${count(row.cells)}`) },
  { title: "Commit", width: 72, cell: (row) => element("code", { title: row.git_commit }, commit(row.git_commit) || "–") },
  { title: "Slowest cell", width: 180, share: 1, cell: (row) => (row.slowest_cell
    ? twoLines(row.slowest_cell, duration(row.slowest_cell_seconds)) : "–") },
  { title: "Error", width: 200, share: 1.6, kind: "error", cell: (row) => twoLines(
    gist(row.error_message) || row.failed_cell, row.error_message && row.failed_cell) },
];

// The file, and below it its folder.
function nameOf({ notebook, run_id: run }) {
  const [, folder, file] = /^(.*\/)?([^/]*)$/s.exec(notebook);
  return element("span", { class: "name", title: notebook },
    element("a", { class: "clip", tabindex: "-1", href: address.withChanges(ofRun(run)) }, file),
    element("small", { class: "clip" }, folder));
}

function twoLines(text, note) {
  return element("span", { class: "name", title: text },
    element("span", { class: "clip" }, text), note && element("small", { class: "clip" }, note));
}

// A notebook whose run completed has failed all the same where a cell of it has.
function statusOf({ run_status: status, result }) {
  return status === "Completed" && result !== "passed" ? "Failed" : status;
}

// How it ended, in a word: one that somebody has canceled has neither passed nor failed.
function wordOf({ run_status: status, result }) {
  return status === "Canceled" || !result ? status.toLowerCase() : result;
}

function ofRun(run) {
  return { run, view: "", notebook: "" };
}

function summary(rows) {
  const results = new Map();
  for (const word of rows.map(wordOf)) results.set(word, (results.get(word) ?? 0) + 1);
  const parts = [...results].sort(([, one], [, other]) => other - one).map(([word, runs]) => `${count(runs)} ${word}`);
  return `${count(rows.length)} ${rows.length === 1 ? "run" : "runs"}: ${parts.join(", ")}`;
}

function brokenList(rows) {
  if (!rows.length) return [element("p", { class: "calm" }, element("span", { class: "tick" }, "✓"), " No notebook is broken.")];
  return rows.map((row) => element("a", {
    href: address.withChanges(ofRun(row.run_id)), class: "item", "data-key": `${row.workspace_name}/${row.notebook}` },
  element("span", { class: "times" }, `${count(row.failed_runs)} ×`),
  element("span", { class: "what" },
    element("strong", {}, row.notebook),
    element("span", { class: "clip", title: row.error_message },
      [row.failed_cell, gist(row.error_message) || row.run_status].filter(Boolean).join(": ")),
    element("small", { title: `${row.last_good_commit || "none"} → ${row.first_bad_commit}` }, brokenSince(row)))));
}

function emptyState() {
  return [
    element("h2", {}, "No notebook has run in this time"),
    element("p", { class: "calm" }, "Notebooks that a build has the function run appear here by themselves, with the result of each cell: "
      + "“Run notebooks for a build” in the documentation says how. "),
    element("p", {}, button("Show all time", () => address.change({ time: "all", since: "", until: "", notebook: "", workspace: "" }), { "data-key": "all time" }))];
}
