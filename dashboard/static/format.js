// Values as people read them. Times are UTC, as in the charts and in Azure's portal.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

const two = (number) => String(number).padStart(2, "0");

// Seconds as at most two units: 1 h 12 min.
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  let left = Math.round(seconds);
  const first = UNITS.findIndex(([, size]) => left >= size);
  return UNITS.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count ? `${count} ${unit}` : "";
  }).filter(Boolean).join(" ");
}

export function time(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return "–";
  const at = new Date(milliseconds);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

// The day of a time: 1 Mar.
export function day(milliseconds) {
  return time(milliseconds).replace(/ \S+$/, "");
}

export function exactTime(milliseconds) {
  return milliseconds === null || milliseconds === undefined ? "" : new Date(milliseconds).toISOString();
}

export function ago(milliseconds, now = Date.now()) {
  const seconds = (now - milliseconds) / 1000;
  if (seconds < 5) return "just now";
  const [unit, size] = UNITS.find(([, each]) => seconds >= each);
  return `${Math.floor(seconds / size)} ${unit} ago`;
}

export function percent(share) {
  return share === null || share === undefined ? "–" : `${Number((share * 100).toFixed(1))} %`;
}

export function count(number) {
  return number === null || number === undefined ? "–" : number.toLocaleString("en");
}

// Of small sums the first digits that say something: 0.0042 USD.
export function money(amount, currency) {
  if (amount === null || amount === undefined) return "–";
  const digits = amount !== 0 && Math.abs(amount) < 0.1 ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `${amount.toLocaleString("en", digits)} ${currency}`;
}

export function hours(number) {
  return `${number.toLocaleString("en", { maximumFractionDigits: 1 })} h`;
}

// A run as people name it: churn-training #7.
export function numbered(experiment, number) {
  return number === null || number === undefined ? experiment : `${isolated(experiment)} #${number}`;
}

const FROM_THE_RIGHT = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

// A name that is written from the right, or says so, turns what stands beside it: it gets Unicode's isolates around it.
function isolated(name) { // those that it has itself could end ours
  return FROM_THE_RIGHT.test(name) ? `\u2068${name.replace(/[\u2066-\u2069]/g, "")}\u2069` : name;
}

// What started a run, as people write it: data_factory is Data Factory.
export function starterName(starter) {
  return { data_factory: "Data Factory", logic_app: "Logic App" }[starter] ?? starter ?? "";
}

export function commit(hash) {
  return [...hash ?? ""].slice(0, 8).join(""); // by characters: half of one is none
}

// What an error says, without the sentence about exit codes and log files that Azure Machine Learning puts before it; of
// a traceback its last line.
export function gist(message) {
  const own = (message ?? "").replace(/^.* for error details\. Error: /s, "");
  return own.startsWith("Traceback") ? own.trim().split("\n").at(-1) : own;
}

// JSON text with its lines indented; text that is not JSON, such as shortened JSON, as it is.
export function indentJson(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
