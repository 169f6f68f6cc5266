// The time of a run from its begin to its end as a scale: its axis, and on it when a step queued and ran.
import { element } from "./elements.js";
import { duration } from "./format.js";

const TICKS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800]; // seconds apart
const MOST_TICKS = 5;

export class Scale {
  // `steps` are the answer of run_steps.kql; offsets count from the begin of the run.
  constructor(steps) {
    this.seconds = steps.reduce((most, step) => Math.max(most, endOf(step)), 1);
    this.tick = TICKS.find((each) => this.seconds / each <= MOST_TICKS) ?? Math.ceil(this.seconds / MOST_TICKS);
  }

  percent(seconds) {
    return `${Number((seconds / this.seconds * 100).toFixed(3))}%`;
  }

  axis() {
    const ticks = Array.from({ length: Math.ceil(this.seconds / this.tick) }, (_, index) => index * this.tick);
    return element("span", {
      class: "axis", style: { "--tick": this.percent(this.tick) }, title: "since the run began; thin: queued, thick: ran" },
      ticks.map((tick) => element("span", { style: { left: this.percent(tick) } }, tick ? duration(tick) : "0")));
  }

  // What has no end yet, as far as records tell, goes on to the end of the scale.
  bars(step) {
    const { start_offset_seconds: submitted, queue_seconds: queued, duration_seconds: ran, run_status: status } = step;
    const started = submitted + (queued ?? 0);
    const bar = (kind, from, to) => element("span", {
      class: `bar ${kind}`, style: { left: this.percent(from), width: this.percent(Math.max(0, to - from)) } });
    return element("span", { class: "bars", style: { "--tick": this.percent(this.tick) }, title: this.told(step) },
      queued > 0 && bar("queued", submitted, started),
      step.is_reused ? bar("reused", submitted, submitted)
        : step.start_time !== null && bar(`ran ${status}`, started, ran === null ? this.seconds : started + ran));
  }

  told({ step_name: name, run_status: status, is_reused: isReused, queue_seconds: queued, duration_seconds: ran, target }) {
    if (isReused) return `${name}: reused`;
    return [`${name}: ${status}`, ran !== null && `ran ${duration(ran)}`, queued !== null && `queued ${duration(queued)}`, target]
      .filter(Boolean).join(", ");
  }
}

function endOf({ start_offset_seconds: submitted, queue_seconds: queued, duration_seconds: ran }) {
  return (submitted ?? 0) + (queued ?? 0) + (ran ?? 0);
}
