// The filters: from the address to the parameters of the queries, and the bar that changes them.
import * as address from "./address.js";
import { askSaved, rowsOf } from "./api.js";
import { button, element } from "./elements.js";
import { starterName, time } from "./format.js";

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
const PERIODS = [["24h", "24 hours", DAY], ["3d", "3 days", 3 * DAY], ["7d", "7 days", 7 * DAY],
  ["30d", "30 days", 30 * DAY], ["90d", "90 days", 90 * DAY], ["all", "all time", null]];
const USUAL_PERIOD = "7d";
const LABELS = { workspace: "Workspace", experiment: "Experiment", status: "Status", submitter: "Submitter", starter: "Started by" };
const NAMES = Object.keys(LABELS);
const TIMES = ["time", "since", "until"];
const OF_TABLE = ["find", "level"]; // filters of the run table alone
const LEVELS = { "": "pipelines", step: "steps", all: "pipelines and steps" };
const FAILED = "Failed,NotResponding";

export const NO_FILTERS = Object.fromEntries(
  [...NAMES, ...OF_TABLE, ...TIMES].map((name) => [name, ""]));
export const FAILED_STATUSES = { status: FAILED };

// Those that are set and that a query with such parameters does not know.
export function unknownTo(parameters) {
  return NAMES.filter((name) => address.get(name) && !(name in parameters));
}

export function isFiltered() {
  return [...NAMES, ...OF_TABLE].some((name) => address.get(name));
}

// What opens a saved query in Logs with the filters that are set. The usual time is among them, though the address of
// the runs does not say it: without one, Logs ask about all time.
export function inLogs(query) {
  return { view: "logs", query, ...(!TIMES.some((name) => address.get(name)) && { time: USUAL_PERIOD }) };
}

// Whether Logs have been given filters.
export function isGiven() {
  return [...NAMES, ...TIMES].some((name) => address.get(name));
}

// The values for a saved query in Logs, and in words: which filters a query with such parameters takes, and which not.
export function given(known) {
  const metric = address.get("metric");
  const [, until] = timeRange(Date.now());
  const period = "since" in known ? periodInWords() : "at" in known && `at ${time(until)} UTC`;
  return {
    values: { ...parameters(), ...(metric && { metric }) },
    taken: [
      period, "level" in known && (LEVELS[address.get("level")] ?? LEVELS[""]),
      ...NAMES.filter((name) => address.get(name) && name in known).map(
        (name) => `${LABELS[name].toLowerCase()} ${inWords(name, address.get(name))}`),
      metric && "metric" in known && `metric ${metric}`].filter(Boolean),
    missing: [!period && "time", ...unknownTo(known)].filter(Boolean) };
}

// Values for the parameters of queries: each takes those that it has.
export function parameters(now = Date.now()) {
  const chosen = Object.fromEntries(NAMES.map((name) => [name, address.get(name)]).filter(([, value]) => value));
  const [since, until] = timeRange(now);
  return {
    ...chosen, since: iso(since), until: iso(until), at: iso(until), bin_size: binSize(until - since),
    level: { "": "pipeline", step: "step", all: "" }[address.get("level")] ?? "pipeline" };
}

// From and to, in milliseconds. A period ends with the current minute, so that its counterpart before is of equal length.
export function timeRange(now) {
  const minute = 60 * 1000;
  const until = Date.parse(address.get("until")) || Math.ceil(now / minute) * minute;
  if (address.get("since")) return [Date.parse(address.get("since")) || 0, until];
  const [, , length] = PERIODS.find(([name]) => name === (address.get("time") || USUAL_PERIOD)) ?? PERIODS[2];
  return [length ? until - length : 0, until];
}

function periodInWords() {
  if (isCustom()) return `${timeRange(Date.now()).map(time).join(" to ")} UTC`;
  const [, label] = PERIODS.find(([name]) => name === address.get("time")) ?? PERIODS[2];
  return lastOf(label);
}

function isCustom() {
  return Boolean(address.get("since") || address.get("until"));
}

function lastOf(label) {
  return `last ${label}`.replace("last all", "all");
}

function inWords(name, value) {
  if (name === "status" && value === FAILED) return "Failed or NotResponding";
  return name === "starter" ? starterName(value) : value;
}

function binSize(span) {
  if (span <= 2 * DAY) return "1h";
  if (span <= 8 * DAY) return "6h";
  return span <= 100 * DAY || span > 10000 * DAY ? "1d" : "7d";
}

function iso(milliseconds) {
  return new Date(milliseconds).toISOString();
}

export class FilterBar {
  // `names` are the filters that the view has beside the time; `id` begins the ids of what one chooses with.
  constructor(host, names = NAMES, id = "filter") {
    this.names = names;
    this.time = element("select", { id: `${id}-time`, onchange: () => this.chooseTime() },
      PERIODS.map(([name, label]) => element("option", { value: name }, lastOf(label))),
      element("option", { value: "custom" }, "from … to …"));
    this.since = timeInput("since");
    this.until = timeInput("until");
    this.custom = element("span", { class: "custom" }, this.since, " to ", this.until, " UTC");
    this.selects = Object.fromEntries(names.map((name) => [name, element("select", {
      id: `${id}-${name}`, onchange: (event) => address.change({ [name]: event.target.value }) })]));
    this.clear = button("Clear filters", () => address.change(NO_FILTERS), { class: "quiet" });
    host.replaceChildren(
      labelled("Time", this.time), this.custom,
      ...names.map((name) => labelled(LABELS[name], this.selects[name])), this.clear);
    this.values = null; // until they are known
    this.show();
  }

  async refresh(signal) {
    this.values = rowsOf(await askSaved("filter_values", {}, signal));
    this.show();
  }

  show() {
    const custom = isCustom();
    this.time.value = custom ? "custom" : address.get("time") || USUAL_PERIOD;
    this.custom.hidden = !custom;
    const [since, until] = timeRange(Date.now());
    this.since.value = iso(since).slice(0, 16);
    this.until.value = iso(until).slice(0, 16);
    for (const name of this.names) this.fill(name);
    this.clear.hidden = !isFiltered() && !custom && ["", USUAL_PERIOD].includes(address.get("time"));
  }

  fill(name) {
    const chosen = address.get(name);
    const values = this.valuesOf(name).map((value) => [value, inWords(name, value)]);
    if (name === "status") values.push([FAILED, inWords(name, FAILED)]);
    if (chosen && !values.some(([value]) => value === chosen)) values.push([chosen, inWords(name, chosen)]);
    const select = this.selects[name];
    const options = [["", "all"], ...values];
    if (options.some(([value], index) => select.options[index]?.value !== value) || options.length < select.options.length) {
      select.replaceChildren(...options.map(([value, label]) => element("option", { value }, label))); // shuts an open list
    }
    select.value = chosen;
    select.classList.toggle("active", Boolean(chosen));
  }

  // The values of a parameter that is no filter of the bar.
  valuesOf(parameter) {
    return (this.values ?? []).filter((row) => row.parameter === parameter).map((row) => row.value);
  }

  chooseTime() {
    const [since, until] = timeRange(Date.now());
    if (this.time.value === "custom") address.change({ time: "", since: iso(since), until: iso(until) });
    else address.change({ time: this.time.value === USUAL_PERIOD ? "" : this.time.value, since: "", until: "" });
  }
}

function timeInput(name) {
  const change = (event) => event.target.value && address.change({ [name]: `${event.target.value}:00.000Z` });
  return element("input", { type: "datetime-local", "aria-label": `${name} (UTC)`, onchange: change });
}

function labelled(text, control) {
  return element("label", { for: control.id }, element("span", {}, text), control);
}
