// What is below a pipeline run as a tree: its steps, and folded below them the runs that these started.

export class RunTree {
  // `steps` are the answer of run_steps.kql; `opened` are ids of those whose runs are shown.
  constructor(steps, opened = new Set()) {
    const byId = new Map(steps.map((step) => [step.run_id, step]));
    Object.assign(this, { steps, opened });
    this.below = new Map(); // by the id of who started them; what nobody known has started stands at the top
    for (const step of steps) {
      const parent = byId.has(step.parent_run_id) && step.parent_run_id !== step.run_id ? step.parent_run_id : null;
      if (!this.below.has(parent)) this.below.set(parent, []);
      this.below.get(parent).push(step);
    }
    this.parentOf = (id) => byId.get(byId.get(id)?.parent_run_id)?.run_id;
  }

  // Unfolds all that these runs are below.
  reveal(ids) {
    for (const id of ids) {
      const seen = new Set();
      for (let parent = this.parentOf(id); parent && !seen.has(parent); parent = this.parentOf(parent)) {
        seen.add(parent);
        this.opened.add(parent);
      }
    }
  }

  toggle(id) {
    if (!this.opened.delete(id)) this.opened.add(id);
  }

  // Those that are shown, from top to bottom: each with how deep it stands and how many runs are below it. A text that is
  // to be found unfolds all and leaves the runs in which it occurs.
  rows(wanted = "") {
    return wanted ? this.walk(null, 0, true).filter(({ step }) => textOf(step).includes(wanted)) : this.walk(null, 0, false);
  }

  walk(parent, depth, isAll) {
    return (this.below.get(parent) ?? []).flatMap((step) => [
      { step, depth, below: this.count(step.run_id) },
      ...(isAll || this.opened.has(step.run_id) ? this.walk(step.run_id, depth + 1, isAll) : [])]);
  }

  count(id) {
    return (this.below.get(id) ?? []).reduce((sum, step) => sum + 1 + this.count(step.run_id), 0);
  }
}

function textOf({ step_name: name, run_id: id, run_status: status, target, error_code: code, error_message: message }) {
  return [name, id, status, target, code, message].join("\n").toLowerCase();
}
