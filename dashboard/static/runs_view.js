// The first screen: what happened in the chosen time, what needs attention, and the runs.
import * as address from "./address.js";
import { askSaved, rowsOf } from "./api.js";
import { ATTENTION, attentionList, runningList } from "./attention.js";
import { Chart } from "./charts.js";
import { sumOf } from "./cost.js";
import { button, element, refill } from "./elements.js";
import { errorGroups } from "./errors.js";
import { expectationsList } from "./expectations.js";
import { FAILED_STATUSES, FilterBar, NO_FILTERS, isFiltered, parameters, unknownTo } from "./filters.js";
import { monitorList } from "./monitor.js";
import { allOf, fillPart } from "./parts.js";
import { RunTable } from "./run_table.js";
import { predictionsList, scoringList } from "./scoring.js";
import { costTile, metricTile, tiles } from "./tiles.js";

const HOUR = 3600 * 1000;

export class RunsView {
  // `queries` are the saved queries by name.
  constructor(queries) {
    this.queries = queries;
    this.host = document.getElementById("runs");
    this.part = (name) => document.getElementById(name);
    this.filters = new FilterBar(this.part("filters"));
    this.table = new RunTable(this.part("run-table"), this.part("run-count"), () => this.showEmpty());
    this.charts = {
      status_over_time: new Chart(this.part("status-over-time"), { onpick: pickStatus }),
      duration_trend: new Chart(this.part("duration-trend"), {
        onpick: ({ experiment_name: experiment }) => experiment && address.change({ experiment }) }),
      top_failing_steps: new Chart(this.part("top-failing-steps"), { onpick: pickStep }) };
    this.part("find").addEventListener("input", (event) => {
      address.note({ find: event.target.value });
      this.table.find();
      this.showEmpty();
    });
    this.part("metric").addEventListener("change", (event) => address.change({ metric: event.target.value }));
    this.part("level").addEventListener("change", (event) => address.change({ level: event.target.value }));
    Object.assign(this, { answers: {}, metrics: new Set() });
    this.again = () => this.refresh();
  }

  show() {
    this.host.hidden = false;
    document.title = "Runs · Pipeline Run Monitor";
    this.filters.show();
    if (document.activeElement !== this.part("find")) this.part("find").value = address.get("find");
    this.part("level").value = address.get("level");
    this.showMetrics();
  }

  // Asks every query again; each part shows its answer when it comes. Resolves when all have come.
  async refresh() {
    this.running?.abort();
    const { signal } = this.running = new AbortController();
    const values = parameters();
    const rows = async (name) => rowsOf(await askSaved(name, values, signal));
    const table = this.table.refresh(values, signal).then(() => this.showTiles());
    const filters = this.fill("filters", async () => {
      await this.filters.refresh(signal);
      this.showMetrics();
    });
    const parts = [
      this.fill("run-panel", () => table.then(() => this.table.price(signal))),
      this.fill("tiles", () => allOf(["summary", "cost_by_experiment"].map(async (name) => {
        this.answers[name] = await rows(name);
        this.showTiles();
      }))),
      ...Object.keys(this.charts).map((name) => this.fill(`${name.replaceAll("_", "-")}-panel`, async () => {
        await this.drawChart(name, await rows(name));
      })),
      this.fill("errors-panel", async () => refill(this.part("errors"), errorGroups(await rows("failures_by_error")))),
      this.fill("expectations-panel", async () => refill(this.part("expectations"), expectationsList(await rows("expectations")))),
      this.fill("monitor-panel", async () => refill(this.part("monitor"), monitorList(await rows("monitor_health"), this.queries.get("monitor_health").parameters.recent))),
      this.fill("scoring-panel", () => this.showScoring(rows)),
      this.fill("running-panel", async () => refill(this.part("running"), runningList(await rows("running_runs")))),
      this.fill("attention-panel", () => allOf(Object.keys(ATTENTION).map(async (name) => {
        this.answers[name] = await rows(name);
        refill(this.part("attention"), attentionList(this.answers));
        if (name === "metric_drop") this.showTiles();
      })))];
    this.showScopes();
    await Promise.all([table.catch(() => {}), filters]); // what failed is told in its part
    if (!signal.aborted) this.showEmpty();
    await Promise.all(parts);
  }

  redraw() {
    for (const [name, chart] of Object.entries(this.charts)) if (this.answers[name]) this.drawChart(name, this.answers[name], chart);
  }

  showTiles() {
    const { summary, cost_by_experiment: costs, metric_drop: drops } = this.answers;
    const showRunning = () => this.part("running-panel").focus();
    refill(this.part("tiles"), summary ? tiles(summary[0], showRunning) : [], costs ? costTile(sumOf(costs)) : [],
      drops && this.metrics.size ? metricTile(this.table.parameters?.metric, drops, this.table.runs) : []);
  }

  // Which metric has a column, where runs have any.
  showMetrics() {
    this.metrics = offer(this.part("metric"), "none", this.filters.valuesOf("metric"));
    this.showTiles();
  }

  // Who has no scoring service needs no panel about them, unless to be told that there is no answer.
  async showScoring(rows) {
    const panel = this.part("scoring-panel");
    try {
      await allOf([["scoring", "scoring_health", scoringList], ["predictions", "predictions_by_day", predictionsList]].map(
        async ([id, name, list]) => refill(this.part(id), list(await rows(name)))));
      panel.hidden = !panel.querySelector(".item");
    } catch (error) {
      if (error.name !== "AbortError") panel.hidden = false;
      throw error;
    }
  }

  async drawChart(name, rows, chart = this.charts[name]) {
    this.answers[name] = rows;
    const empty = this.part(`${name.replaceAll("_", "-")}-empty`);
    empty.hidden = rows.length > 0;
    await (rows.length ? chart.draw(this.queries.get(name).chart, rows) : chart.clear());
  }

  fill(id, update) {
    return fillPart(this.part(id), update, this.again);
  }

  // Where a query has no parameter for a filter that is set, its panel says so.
  showScopes() {
    for (const host of document.querySelectorAll("[data-query]")) {
      const unknown = unknownTo(this.queries.get(host.dataset.query)?.parameters ?? {});
      host.textContent = unknown.length ? `any ${unknown.join(", ")}` : "";
    }
    this.part("running-scope").textContent = address.get("starter") ? "or not known what started it" : "";
  }

  showEmpty() {
    const noRuns = this.table.shown.length === 0;
    const none = noRuns && this.filters.values?.length === 0;
    document.body.classList.toggle("no-records", none);
    this.part("no-records").hidden = !none;
    this.part("no-matches").hidden = !noRuns || none;
    refill(this.part("no-matches"), "No run matches. ",
      isFiltered() ? button("Clear filters", () => address.change(NO_FILTERS)) : null,
      " ", button("Show all time", () => address.change({ time: "all", since: "", until: "" })));
  }
}

// Fills a choice of the table with values, and with that of the address; without any it is hidden. Returns the values.
function offer(select, none, values) {
  const chosen = address.get(select.id);
  const offered = new Set([...values, ...(chosen ? [chosen] : [])]);
  select.parentElement.hidden = !offered.size;
  refill(select, element("option", { value: "" }, none), [...offered].map((value) => element("option", { value }, value)));
  select.value = chosen;
  return offered;
}

function pickStatus({ run_status: status, start, end }) {
  if (!status) return;
  const [since, until] = [start, end ?? +start + HOUR].map((at) => new Date(at).toISOString());
  address.change({ status, since, until, time: "", level: "" });
}

function pickStep({ experiment_name: experiment, step_name: name }) {
  // What has no name is found by that of the run that started it.
  if (name) address.change({ ...FAILED_STATUSES, experiment, find: name.replace(/^runs of /, ""), level: "step" });
}
