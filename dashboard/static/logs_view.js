// Logs: the saved queries and any other KQL, answered as a table, a chart and CSV.
import * as address from "./address.js";
import { answerTable, csv, plainChart } from "./answer.js";
import { ask, fillSaved, rowsOf } from "./api.js";
import { Chart } from "./charts.js";
import { Editor } from "./editor.js";
import { button, element } from "./elements.js";
import { NO_FILTERS, given, isGiven } from "./filters.js";
import { count } from "./format.js";

const FIRST = "status_over_time";

export class LogsView {
  // `queries` are the saved queries by name, `groups` the questions below which they stand.
  constructor(queries, groups) {
    this.queries = queries;
    this.host = document.getElementById("logs");
    this.editor = new Editor(() => this.run());
    this.links = new Map([...queries.values()].map((query) => [query.name, element(
      "a", { title: query.question }, query.title, element("small", {}, query.name))]));
    this.problem = element("p", { class: "problem", role: "alert", hidden: true });
    this.outcome = element("span", { class: "outcome", role: "status" });
    this.tabs = Object.fromEntries(["Table", "Chart"].map((name) => [name, button(
      name, () => this.choose(name), { role: "tab", "aria-controls": `answer-${name.toLowerCase()}` })]));
    this.download = button("CSV", () => this.save(), { disabled: true });
    this.table = element("div", { id: "answer-table", role: "tabpanel" });
    this.chart = new Chart(element("div", { id: "answer-chart", role: "tabpanel", class: "chart" }));
    this.question = element("p", { class: "question" });
    this.filters = element("p", { class: "question", id: "logs-filters", hidden: true });
    this.host.append(
      element("nav", { class: "panel saved", "aria-label": "Saved queries" },
        element("h2", {}, "Saved queries"),
        element("input", {
          type: "search", placeholder: "Find a query", "aria-label": "Find a query", oninput: (event) => this.find(event.target.value) }),
        this.groups = element("div", {}, [...groups, "Others"].map((group) => this.groupOf(group)))),
      element("div", { class: "work" },
        element("section", { class: "panel", "aria-label": "Query" }, this.question, this.filters, this.editor.host,
          element("div", { class: "actions" }, button("Run", () => this.run(), { class: "primary", title: "Ctrl Enter" }),
            element("kbd", {}, "Ctrl Enter"), this.outcome), this.problem),
        element("section", { class: "panel", "aria-label": "Answer" },
          element("div", { class: "actions" },
            element("div", { class: "tabs", role: "tablist", "aria-label": "How it is shown" }, Object.values(this.tabs)), this.download),
          this.table, this.chart.host)));
    this.choose("Table");
  }

  groupOf(group) {
    const links = [...this.queries.values()].filter((query) => query.group === group).map(({ name }) => this.links.get(name));
    return element("section", { class: "group-of-queries", hidden: !links.length, "aria-label": group },
      element("h3", {}, group), element("ul", {}, links.map((link) => element("li", {}, link))));
  }

  // Keeps the queries in whose name, title or question every word occurs.
  find(text) {
    const words = text.toLowerCase().split(/\s+/);
    for (const { name, title, question } of this.queries.values()) {
      const own = `${name} ${title} ${question}`.toLowerCase();
      this.links.get(name).parentElement.hidden = !words.every((word) => own.includes(word));
    }
    for (const group of this.groups.children) group.hidden = !group.querySelector("li:not([hidden])");
  }

  show() {
    this.host.hidden = false;
    document.title = "Logs · Pipeline Run Monitor";
  }

  // Puts the query of the address into the editor, and runs it if it is another one than before.
  async refresh() {
    const turn = this.turn = {};
    const own = address.get("kql");
    const name = this.queries.has(address.get("query")) ? address.get("query") : own ? "" : FIRST;
    for (const [each, link] of this.links) {
      link.href = address.withChanges({ view: "logs", query: each, kql: "" });
      link.setAttribute("aria-current", each === name && !own);
    }
    this.question.textContent = own ? "A query of your own" : this.queries.get(name).question;
    const filters = !own && isGiven() ? given(this.queries.get(name).parameters) : null;
    this.showFilters(filters);
    try {
      const text = own || (filters ? await this.fill(name, filters.values) : this.queries.get(name).text);
      if (this.turn === turn) await this.put(text, name);
    } catch (error) {
      if (this.turn === turn) this.showProblem(error);
    }
  }

  async fill(name, values) {
    this.host.setAttribute("aria-busy", "true");
    try {
      return await fillSaved(name, values);
    } finally {
      this.host.removeAttribute("aria-busy");
    }
  }

  async put(text, name) {
    this.wanted = text;
    if (this.asked === text) return;
    if (this.editor.text !== text) this.editor.text = text;
    this.preferred = this.queries.get(name)?.chart ? "Chart" : "Table";
    await this.ask(text);
  }

  // Says which filters came along with the query, and takes them off.
  showFilters(filters) {
    this.filters.hidden = !filters;
    if (!filters) return;
    const { taken, missing } = filters;
    this.filters.replaceChildren(
      taken.length ? `With the filters of Runs: ${taken.join(", ")}. ` : "",
      missing.length ? `It has no parameter for ${missing.join(", ")}. ` : "",
      button("Without filters", () => address.change({ ...NO_FILTERS, metric: "" }), { class: "quiet" }));
  }

  // What is in the editor becomes what the address asks for.
  run() {
    const text = this.editor.text;
    const saved = isGiven() ? "" : this.savedAs(text)?.name ?? ""; // filters would change it
    const kql = saved ? "" : text;
    this.asked = null;
    if (text === this.wanted || (address.get("query") === saved && address.get("kql") === kql)) this.ask(text);
    else address.change({ view: "logs", query: saved, kql });
  }

  savedAs(text) {
    return [...this.queries.values()].find((query) => query.text === text);
  }

  async ask(text) {
    this.asked = text;
    this.host.setAttribute("aria-busy", "true");
    const begin = performance.now();
    try {
      const answer = await ask(text);
      if (this.asked === text) await this.showAnswer(answer, (performance.now() - begin) / 1000);
    } catch (error) {
      if (this.asked === text) this.showProblem(error);
    } finally {
      this.host.removeAttribute("aria-busy");
    }
  }

  async showAnswer(answer, seconds) {
    this.answer = answer;
    const { columns, rows } = answer;
    this.editor.mark(null);
    this.problem.hidden = true;
    this.outcome.textContent = `${count(rows.length)} ${rows.length === 1 ? "row" : "rows"} in ${seconds.toFixed(2)} s${answer.lacks ? ` · ${answer.lacks}` : ""}`;
    this.table.replaceChildren(...answerTable(answer).filter(Boolean));
    this.specification = rows.length ? this.savedAs(this.asked)?.chart ?? this.likeSaved(columns) ?? plainChart(columns) : null;
    this.tabs.Chart.disabled = !this.specification;
    this.download.disabled = false;
    this.choose(this.specification ? this.preferred ?? this.chosen : "Table");
    this.preferred = null;
    await this.redraw();
  }

  // A saved query with other values in its `let` lines has the columns, and so the chart, of the saved one.
  likeSaved(columns) {
    const title = /^\/\/ Title: (.*)/.exec(this.asked)?.[1];
    const saved = [...this.queries.values()].find((query) => query.title === title);
    const has = new Set(columns.map(({ name }) => name));
    const fields = [...JSON.stringify(saved?.chart ?? {}).matchAll(/"field":"(\w+)"/g)].map(([, name]) => name);
    return saved?.chart && fields.some((name) => has.has(name)) ? saved.chart : null;
  }

  showProblem(error) {
    const place = error.line ? `Line ${error.line}, column ${error.column}: ` : "";
    this.problem.textContent = place + error.message;
    this.problem.hidden = false;
    this.outcome.textContent = "";
    this.editor.mark(error);
  }

  async redraw() {
    if (!this.answer || this.chosen !== "Chart") return;
    await (this.specification ? this.chart.draw(this.specification, rowsOf(this.answer)) : this.chart.clear());
  }

  choose(name) {
    this.chosen = name;
    for (const [each, tab] of Object.entries(this.tabs)) tab.setAttribute("aria-selected", each === name);
    this.table.hidden = name !== "Table";
    this.chart.host.hidden = name !== "Chart";
    this.redraw();
  }

  save() {
    const link = element("a", {
      href: URL.createObjectURL(new Blob([csv(this.answer)], { type: "text/csv" })),
      download: `${address.get("query") || "answer"}.csv` });
    link.click();
    URL.revokeObjectURL(link.href);
  }
}
