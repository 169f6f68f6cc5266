// Money: what the queries of cost say of an experiment, a run or a step, and what of it has no price.
import { money, hours } from "./format.js";

// `rows` are the answer of cost_by_experiment.kql; null where it has none.
export function sumOf(rows) {
  if (!rows.length) return null;
  const sum = (column, kept = () => true) => rows.filter(kept).reduce((total, row) => total + (row[column] ?? 0), 0);
  const unpriced = (row) => row.pricing === "unpriced";
  return { cost: rows.every(unpriced) ? null : sum("cost"), lost_cost: sum("lost_cost"), currency: rows[0].currency,
    unpriced_node_hours: sum("node_hours", unpriced) };
}

// `rows` are the answer of run_cost.kql, which has a row for each run that held a machine.
export function byRun(rows) {
  return new Map(rows.map((row) => [row.run_id, row]));
}

export function costOf(row) {
  if (!row) return "–";
  return row.cost === null ? "unpriced" : money(row.cost, row.currency);
}

// What else is to be known of a cost: what of it was in vain, and how many hours are not in it.
export function remarks({ lost_cost: lost, unpriced_node_hours: unpriced, currency }) {
  return [lost >= 0.005 && `${money(lost, currency)} lost`, unpriced >= 0.05 && `${hours(unpriced)} unpriced`].filter(Boolean);
}
