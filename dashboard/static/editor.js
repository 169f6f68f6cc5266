// An editor for KQL: a text area over a coloured copy of its text, with line numbers and errors at their place.
import { element } from "./elements.js";

const TOKENS = new RegExp([
  "(?<comment>//.*)", "(?<string>@?'(?:[^'\\\\\\n]|\\\\.)*'|@?\"(?:[^\"\\\\\\n]|\\\\.)*\")", "(?<number>\\b\\d[\\w.]*)",
  "(?<operator>\\b(?:let|where|extend|project(?:-away|-rename|-reorder|-keep)?|summarize|by|join|lookup|union|on|kind|sort|order|top|take|limit|"
  + "count|distinct|mv-expand|parse|print|render|materialize|toscalar|and|or|not|in|has|contains|startswith|asc|desc)\\b)",
  "(?<call>\\b\\w+(?=\\())"].join("|"), "g");

export class Editor {
  constructor(onrun) {
    this.input = element("textarea", {
      "aria-label": "KQL", spellcheck: "false", autocomplete: "off", autocapitalize: "off", wrap: "off",
      oninput: () => this.paint(), onscroll: () => this.follow(), onkeydown: (event) => this.onKey(event) });
    this.colours = element("pre", { class: "colours", "aria-hidden": "true" });
    this.numbers = element("pre", { class: "numbers", "aria-hidden": "true" });
    this.host = element("div", { class: "editor" }, this.numbers, element("div", { class: "text" }, this.colours, this.input));
    Object.assign(this, { onrun, error: null });
  }

  get text() {
    return this.input.value;
  }

  set text(value) {
    this.input.value = value;
    this.error = null;
    this.paint();
    this.input.scrollTop = this.input.scrollLeft = 0;
  }

  // Marks the place of an error, which counts from 1, and puts the caret there; null takes the mark away.
  mark(error) {
    this.error = error?.line ? error : null;
    this.paint(true);
    if (!this.error) return;
    const at = this.offset(error.line, error.column ?? 1);
    this.input.focus();
    this.input.setSelectionRange(at, at);
  }

  offset(line, column) {
    const before = this.text.split("\n").slice(0, line - 1);
    return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
  }

  paint(keepError = false) {
    if (!keepError) this.error = null;
    const lines = this.text.split("\n").length;
    this.numbers.replaceChildren(...Array.from({ length: lines }, (_, index) => element(
      "span", { class: this.error?.line === index + 1 ? "wrong" : null }, `${index + 1}\n`)));
    this.colours.replaceChildren(...this.pieces(), "\n");
    this.follow();
  }

  pieces() {
    const wrongFrom = this.error ? this.offset(this.error.line, this.error.column ?? 1) : -1;
    const made = [];
    const add = (from, to, kind) => {
      for (const [start, end, wrong] of split(from, to, wrongFrom, this.wrongEnd(wrongFrom))) {
        const text = this.text.slice(start, end);
        if (text) made.push(kind || wrong ? element("span", { class: [kind, wrong && "wrong"].filter(Boolean).join(" ") }, text) : text);
      }
    };
    let done = 0;
    for (const found of this.text.matchAll(TOKENS)) {
      add(done, found.index);
      const [kind] = Object.entries(found.groups).find(([, value]) => value !== undefined);
      done = found.index + found[0].length;
      add(found.index, done, kind);
    }
    add(done, this.text.length);
    return made;
  }

  wrongEnd(from) {
    if (from < 0) return -1;
    const word = /^(?:\w+|[^\n])/.exec(this.text.slice(from));
    return from + (word ? word[0].length : 0);
  }

  follow() {
    this.colours.scrollTop = this.numbers.scrollTop = this.input.scrollTop;
    this.colours.scrollLeft = this.input.scrollLeft;
  }

  onKey(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      this.onrun();
    }
  }
}

// A stretch of text in parts before, in and after another one.
function split(from, to, wrongFrom, wrongTo) {
  const [start, end] = [Math.max(from, wrongFrom), Math.min(to, wrongTo)];
  if (wrongFrom < 0 || start >= end) return [[from, to, false]];
  return [[from, start, false], [start, end, true], [end, to, false]];
}
