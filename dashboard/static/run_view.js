// One pipeline run: its steps over time, what failed and why, what is different from the last good run, its details.
import * as address from "./address.js";
import { askSaved, rowsOf } from "./api.js";
import { copyButton, element, portalOf, refill, statusPill, webLink } from "./elements.js";
import { comparison } from "./comparison.js";
import { byRun, costOf } from "./cost.js";
import { failedSteps, failurePanel } from "./failures.js";
import { metricsOf, metricValue } from "./metrics.js";
import { fillPart } from "./parts.js";
import { facts, hasEnded, ownFacts, runningFacts } from "./run_facts.js";
import { Steps } from "./steps.js";
import { hours, indentJson, money, numbered } from "./format.js";

export class RunView {
  constructor() {
    this.host = document.getElementById("run");
    this.again = () => this.refresh();
    this.parts = Object.fromEntries(["head", "cost", "error", "steps", "compared", "details"].map(
      (name) => [name, element("div", { id: `run-${name}` })]));
    this.host.append(
      element("p", {}, element("a", { id: "back", href: "/" }, "← Runs")),
      this.parts.head, this.parts.cost, this.parts.error,
      element("section", { class: "panel", "aria-label": "Steps" }, this.parts.steps),
      panel("Beside the last good run", this.parts.compared),
      panel("Details", this.parts.details));
    this.steps = new Steps(this.parts.steps);
  }

  show() {
    this.host.hidden = false;
    this.host.querySelector("#back").href = address.withChanges({ run: "", step: "", find_step: "" });
  }

  async refresh() {
    const turn = this.turn = {};
    this.host.setAttribute("aria-busy", "true");
    try {
      await this.ask();
    } finally {
      if (this.turn === turn) this.host.removeAttribute("aria-busy");
    }
  }

  async ask() {
    const run = address.get("run");
    const step = address.get("step");
    const rows = async (name, parameters) => rowsOf(await askSaved(name, parameters));
    if (this.asked !== run) { // a part that fails keeps what it showed, but not of another run
      if (this.asked) address.note({ find_step: "" });
      this.asked = run;
      Object.assign(this, { comparedCosts: new Map(), hasAll: false });
      Object.values(this.parts).filter((part) => part !== this.parts.steps).forEach((part) => part.replaceChildren());
      this.steps.clear();
    }
    const asked = {
      own: rows("run_details", { run }), steps: rows("run_steps", { run }), compared: rows("run_comparison", { run }),
      costs: rows("run_cost", { run, level: "" }) };
    asked.running = asked.own.then(async ([own]) => (hasEnded(own) ? [] : (await rows("running_runs", {})).filter((row) => row.run_id === run)));
    asked.chosen = step ? rows("run_details", { run: step }) : asked.own;
    const good = asked.compared.then((compared) => compared.find((row) => row.good_run_id && !row.is_step)?.good_run_id);
    asked.good_costs = good.then((found) => (found ? rows("run_cost", { run: found, level: "" }) : []));
    const isMeant = () => run === address.get("run") && step === address.get("step");
    const answers = Object.fromEntries(Object.entries(asked).map(([name, answer]) => [name, answer.catch(() => [])]));
    const [first] = await answers.own;
    if (!isMeant()) return;
    if (first?.root_run_id && first.root_run_id !== run) { // a step's own address, or that of a run below it
      address.note({ run: first.root_run_id, step: run });
      await this.ask();
      return;
    }
    const fill = (name, draw, ...names) => fillPart(this.parts[name], async () => {
      const found = await Promise.all(names.map((each) => asked[each]));
      if (isMeant()) await draw(...found);
    }, this.again);
    await Promise.all([
      fill("head", async ([own]) => {
        const [steps, [running]] = [own ? [] : await answers.steps, await answers.running];
        if (isMeant()) this.showHead(run, own, steps, running);
      }, "own"),
      fill("error", ([own], steps) => this.showError(own, steps), "own", "steps"),
      fill("cost", (costs) => this.showCost(run, costs), "costs"),
      fill("steps", (steps) => this.steps.fill(steps, failedSteps(steps), step), "steps"),
      fill("compared", async (compared) => {
        const isRunning = (await answers.running).length > 0;
        if (!isMeant()) return;
        this.showCompared(compared, isRunning);
        const costs = [...await answers.costs, ...await answers.good_costs];
        if (isMeant()) this.showCompared(compared, isRunning, byRun(costs));
      }, "compared"),
      fill("details", async ([chosen]) => this.showDetails(chosen ?? (await answers.own)[0]), "chosen")]);
  }

  redraw() {} // its looks are all in the style sheet

  showHead(run, own, steps, running) {
    const known = own ?? steps[0];
    if (!known) {
      document.title = "Unknown run · Pipeline Run Monitor";
      refill(this.parts.head, element("h2", {}, "Nothing is recorded of this run"), element("code", {}, run));
      return;
    }
    const name = numbered(known.experiment_name, known.parent_run_number);
    document.title = `${name} · Pipeline Run Monitor`;
    refill(this.parts.head,
      element("h2", { id: "run-title" }, name, " ", element("small", {}, own?.run_name ?? ""), " ",
        statusPill(own?.run_status ?? "Running"), " ", webLink(portalOf(known, run), "portal", "Open in the portal")),
      own ? ownFacts(own, running) : [
        running && runningFacts(running),
        element("p", { class: "calm" }, "In progress: steps of it are recorded, its own end is not.")]);
  }

  showCost(run, costs) {
    const priced = byRun(costs);
    const own = priced.get(run);
    refill(this.parts.cost, own ? facts([
      ["Cost", costOf(own), `${hours(own.node_hours)} of machines`], ["Of it lost", own.lost_cost ? money(own.lost_cost, own.currency) : ""],
      ["Low priority", own.low_priority_cost ? money(own.low_priority_cost, own.currency) : ""],
      ["Without a price", own.unpriced_node_hours ? hours(own.unpriced_node_hours) : ""]]) : []);
    this.steps.price(priced);
  }

  showError(own, steps) {
    refill(this.parts.error, failurePanel(own, steps));
  }

  showCompared(rows, isRunning, costs = this.comparedCosts) {
    this.comparedCosts = costs;
    const showAll = () => {
      this.hasAll = true;
      this.showCompared(rows, isRunning);
    };
    refill(this.parts.compared, comparison(rows, costs, isRunning, this.hasAll ? null : showAll));
  }

  showDetails(row) {
    if (!row) return refill(this.parts.details, element("p", { class: "calm" }, "It has no record of its own yet."));
    const text = indentJson(row.details);
    const metrics = Object.entries(metricsOf(dimensionsOf(row).metrics));
    refill(this.parts.details,
      element("p", {}, element("strong", {}, row.run_name), " ", element("code", {}, row.run_id), " ",
        row.run_id !== row.parent_run_id && [element("a", { href: address.withChanges({ step: "" }) }, "of the pipeline run"), " "],
        webLink(portalOf(row, row.run_id), "portal of the details", "Open in the portal")),
      metrics.length > 0 && facts(metrics.map(([name, value]) => [name, metricValue(value), String(value)])),
      element("details", { open: true }, element("summary", {}, "Details JSON"), copyButton(text, "Copy the details"), json("Details JSON", text)),
      element("details", {}, element("summary", {}, "Dimensions"),
        json("Dimensions", JSON.stringify(dimensionsOf(row), null, 2))));
  }
}

function dimensionsOf({ dimensions }) {
  return typeof dimensions === "string" ? JSON.parse(dimensions) : dimensions;
}

// What scrolls is reached by the keyboard too.
function json(name, text) {
  return element("pre", { class: "json", tabindex: "0", role: "region", "aria-label": name }, text);
}

function panel(title, ...children) {
  return element("section", { class: "panel", "aria-label": title }, element("h2", {}, title), ...children);
}
