// The steps of a run as a tree over time: of each when it queued and ran, with what, and how it ended.
import * as address from "./address.js";
import { costOf } from "./cost.js";
import { button, element, statusPill } from "./elements.js";
import { count, duration, gist } from "./format.js";
import { RunTree } from "./run_tree.js";
import { Scale } from "./scale.js";
import { WindowedRows } from "./windowed_rows.js";

const FEW = 12; // steps that are seen at once need no search

export class Steps {
  constructor(host) {
    this.host = host;
    this.rows = new WindowedRows({
      name: "step", role: "treegrid", label: "Steps: arrows move, right and left unfold and fold, Enter opens",
      keyOf: ({ step }) => step.run_id, attributes: (row) => this.attributesOf(row), open: ({ step }) => address.change({ step: step.run_id }),
      key: (event, row) => this.onKey(event, row) });
    this.find = element("input", {
      type: "search", id: "find-step", placeholder: "Find in steps", "aria-label": "Find in steps", oninput: () => {
        address.note({ find_step: this.find.value });
        this.show();
      } });
    this.counter = element("span", { class: "calm", role: "status" });
    this.none = element("p", { class: "calm" }, "No step is recorded.");
    this.bar = element("div", { class: "bar-of-table" }, element("h2", {}, "Steps"), this.counter, this.find);
    host.append(this.bar, this.none, this.rows.host);
    this.clear();
  }

  clear() {
    Object.assign(this, { tree: null, costs: new Map(), chosen: "" });
    this.show();
  }

  // `steps` are the answer of run_steps.kql, `failed` those of them that are to be seen at once.
  fill(steps, failed, chosen) {
    const isFirst = !this.tree;
    this.tree = new RunTree(steps, this.tree?.opened); // what was unfolded stays so
    if (isFirst) this.tree.reveal(failed.map((step) => step.run_id));
    this.scale = new Scale(steps);
    this.tree.reveal([chosen]);
    const isOther = this.chosen !== chosen;
    this.chosen = chosen;
    this.show();
    const index = this.rows.items.findIndex(({ step }) => step.run_id === chosen);
    if (isOther && index >= 0) this.rows.reveal(index);
  }

  // `costs` are rows of run_cost.kql by run id.
  price(costs) {
    this.costs = costs;
    this.show();
  }

  show() {
    const all = this.tree?.steps.length ?? 0;
    if (document.activeElement !== this.find) this.find.value = address.get("find_step");
    const wanted = this.find.value.toLowerCase();
    const items = this.tree?.rows(wanted) ?? [];
    this.none.hidden = all > 0 || !this.tree;
    this.rows.host.hidden = this.counter.hidden = all === 0;
    this.find.hidden = all <= FEW && !wanted && document.activeElement !== this.find; // who is in it stays there
    this.canFold = !wanted; // what is looked for is found in all, which is unfolded
    this.counter.textContent = wanted ? `${count(items.length)} of ${count(all)} steps` : count(all) + (all === 1 ? " step" : " steps");
    this.rows.layOut(this.columns());
    this.rows.show(items);
  }

  columns() {
    return [
      { title: "Step", width: 220, share: 1.2, phone: 90, cell: (row) => this.nameOf(row) },
      { title: "Status", width: 126, phone: 40, cell: ({ step }) => [statusPill(step.run_status), step.is_reused ? " reused" : ""] },
      { title: "Time", width: 240, share: 2.4, phone: 80, kind: "timeline", head: this.scale?.axis(), cell: ({ step }) => this.scale.bars(step) },
      { title: "Queued", width: 86, kind: "number", cell: ({ step }) => duration(step.queue_seconds) },
      { title: "Ran", width: 86, phone: 82, kind: "number", cell: ({ step }) => duration(step.duration_seconds) },
      { title: "Cost", width: 84, kind: "number", cell: ({ step }) => costOf(this.costs.get(step.run_id)) },
      { title: "Compute", width: 100, cell: ({ step }) => element("span", { class: "clip", title: step.target }, step.target || "–") },
      { title: "Error", width: 150, share: 1, cell: ({ step }) => element(
        "span", { class: "clip error", title: step.error_message }, gist(step.error_message) || step.error_code) }];
  }

  nameOf({ step, depth, below }) {
    const href = address.withChanges({ step: step.run_id });
    return element("span", { class: "step-name", style: { "padding-left": `${depth * 18}px` } },
      below && this.canFold ? this.foldButton(step, below) : null,
      element("a", { class: "clip", href, tabindex: "-1", title: step.step_name, "data-key": step.run_id }, step.step_name));
  }

  foldButton(step, below) {
    return button(`${this.tree.opened.has(step.run_id) ? "▾" : "▸"} ${count(below)}`, () => this.toggle(step), {
      class: "fold", tabindex: "-1", "data-key": `fold ${step.run_id}`, "aria-expanded": String(this.tree.opened.has(step.run_id)),
      "aria-label": `${count(below)} ${below === 1 ? "run" : "runs"} below ${step.step_name}` });
  }

  attributesOf({ step, depth, below }) {
    return {
      class: step.run_id === this.chosen ? "chosen" : "", "data-step": step.run_id, "aria-level": depth + 1,
      "aria-expanded": below && this.canFold ? String(this.tree.opened.has(step.run_id)) : null };
  }

  toggle(step) {
    this.tree.toggle(step.run_id);
    this.show();
  }

  onKey(event, { step, below }) {
    const isOpen = this.tree.opened.has(step.run_id);
    if (!below || !this.canFold || !(event.key === "ArrowRight" && !isOpen || event.key === "ArrowLeft" && isOpen)) return;
    event.preventDefault();
    this.toggle(step);
  }
}
