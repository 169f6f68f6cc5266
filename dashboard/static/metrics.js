// The metrics of a run, such as the quality of the model that it trained, and beside those of the last good one.
import { element } from "./elements.js";

// By name; `text` is the dimension: JSON, or nothing.
export function metricsOf(text) {
  try {
    return JSON.parse(text || "{}") ?? {};
  } catch {
    return {};
  }
}

// With as many digits as one reads; null is a value that is no number any more.
export function metricValue(value) {
  if (typeof value === "number") return String(Number(value.toPrecision(4)));
  return value === null ? "no number" : String(value ?? "none");
}

// An item for each metric of either run; where both have a value, what has changed is marked. The text of what did not run
// is null: it has no metrics, rather than one that is none.
export function metricChanges(text, goodText) {
  const [now, good] = [metricsOf(text), metricsOf(goodText)];
  return Object.keys({ ...good, ...now }).map((name) => {
    const [value, before] = [metricValue(now[name]), metricValue(good[name])];
    const isMarked = now[name] !== undefined && good[name] !== undefined;
    const change = isMarked ? [element("del", {}, before), " → ", element("ins", {}, value)] : `${before} → ${value}`;
    return element("li", {}, `${name}: `, text === null ? `was ${before}` : goodText === null || value === before ? value : change);
  });
}
