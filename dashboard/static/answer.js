// The answer of a query as a table, as CSV, and as a chart where nobody has drawn one for it.
import { element } from "./elements.js";

const SHOWN = 1000;
const NUMBERS = new Set(["long", "int", "real", "decimal"]);
const MARK = "bar";
const TEXTS = new Set(["string", "dynamic"]);
// As spreadsheets begin formulas, in the wide characters of East Asian keyboards too, and what they skip before one.
const FORMULA = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/;

export function answerTable({ columns, rows }) {
  const head = element("tr", {}, columns.map(({ name, type }) => element("th", { scope: "col", title: type }, name)));
  const body = rows.slice(0, SHOWN).map((row) => element("tr", {}, row.map((value, index) => element(
    "td", { class: NUMBERS.has(columns[index].type) ? "number" : null, title: longText(value) }, textOf(value)))));
  const note = rows.length > SHOWN ? `the first ${SHOWN} are shown; CSV has all` : "";
  return [element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Rows" },
    element("table", {}, element("thead", {}, head), element("tbody", {}, body))), note && element("p", { class: "more" }, note)];
}

// A text that a spreadsheet would take for a formula gets an apostrophe before it: run names come from outside.
export function csv({ columns, rows }) {
  const cell = (value, type) => {
    const text = textOf(value);
    const safe = TEXTS.has(type) && FORMULA.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = [columns.map(({ name }) => cell(name, "string")), ...rows.map((row) => row.map((value, index) => cell(value, columns[index].type)))];
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}

// A plain chart of any answer: the first number over the first time or text, coloured by the next text; null without.
export function plainChart(columns) {
  const number = columns.find(({ type }) => NUMBERS.has(type));
  const along = columns.find(({ type }) => type === "datetime") ?? columns.find(({ type }) => type === "string");
  if (!number || !along) return null;
  const colour = columns.find((column) => column.type === "string" && column !== along);
  const isTime = along.type === "datetime";
  const value = { field: fieldOf(number), type: "quantitative", title: number.name };
  const place = { field: fieldOf(along), title: along.name, type: isTime ? "temporal" : "nominal", sort: null };
  return {
    data: { name: "rows" }, mark: isTime ? { type: "line", point: true } : MARK,
    encoding: {
      ...(isTime ? { x: { ...place, scale: { type: "utc" } }, y: value } : { y: place, x: value }),
      ...(colour && { color: { field: fieldOf(colour), title: colour.name, type: "nominal" } }),
      tooltip: columns.filter(({ type }) => type !== "dynamic").slice(0, 8).map((column) => ({
        field: fieldOf(column), title: column.name, ...(column.type === "datetime" && { type: "temporal" }) })) } };
}

// Vega reads dots and brackets in a name as a path.
function fieldOf({ name }) {
  return name.replace(/[\\.[\]]/g, "\\$&");
}

function textOf(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function longText(value) {
  const text = textOf(value);
  return text.length > 40 ? text : null;
}
