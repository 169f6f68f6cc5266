// Rows of one height, of which only those that are seen exist as elements: so ten thousand are as quick as ten. One row
// is active: arrows move it, Enter opens it, and what scrolls keeps the focus.
import { element, refill } from "./elements.js";

const ROW_HEIGHT = 38; // as in style.css
const SPARE_ROWS = 8;

export class WindowedRows {
  // `name` begins the ids of rows, `label` says what they are; `attributes` are those of an item's row; `open` is what a
  // click and Enter do, `key` gets the other keys, `end` is called when the last row is seen.
  constructor({ name, role, label, keyOf, attributes, open, key = () => {}, end = () => {} }) {
    Object.assign(this, { name, keyOf, attributes, open, key, end, items: [], columns: [], active: 0, drawn: new Map() }); // rows by index
    this.head = element("div", { class: "row head", role: "row" });
    this.body = element("div", { class: "rows", role: "rowgroup" });
    this.host = element("div", {
      class: "viewport", role, tabindex: "0", "aria-label": label,
      onscroll: () => this.schedule(), onkeydown: (event) => this.onKey(event) }, this.head, this.body);
    new ResizeObserver(() => this.schedule()).observe(this.host);
  }

  // Each column has a `title`, what its `cell` shows of an item, its `width` in pixels and, where it is to take more, its
  // `share` of what is left; `phone` is its width on a phone, where the others are hidden. `head` takes the title's place.
  layOut(columns) {
    this.columns = columns;
    const track = (width, share) => (share ? `minmax(${width}px, ${share}fr)` : `${width}px`);
    this.host.style.setProperty("--columns", columns.map(({ width, share }) => track(width, share)).join(" "));
    this.host.style.setProperty("--phone-columns", columns.filter(({ phone }) => phone !== undefined).map(
      ({ phone, share }) => track(phone, share)).join(" "));
    this.host.style.setProperty("--least-width", `${columns.reduce((sum, { width }) => sum + width + 10, 10)}px`);
    refill(this.head, columns.map((column) => element("span", {
      role: "columnheader", class: classOf(column), "aria-sort": column.sorted }, column.head ?? column.title)));
  }

  show(items) {
    const active = document.activeElement === this.host && this.items[this.active]; // stays it, wherever it stands now
    const place = active ? items.findIndex((item) => this.keyOf(item) === this.keyOf(active)) : -1;
    this.items = items;
    this.active = Math.max(0, Math.min(place < 0 ? this.active : place, items.length - 1));
    this.host.setAttribute("aria-rowcount", items.length + 1);
    this.body.style.height = `${items.length * ROW_HEIGHT}px`;
    this.host.style.height = `min(72vh, ${(items.length + 1.4) * ROW_HEIGHT}px)`; // and a scroll bar's
    this.render(true);
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.render(false);
    });
  }

  // Draws the rows that are seen; those that are drawn stay as they are unless they have become others. A row that has
  // the focus stays also where it is not seen.
  render(isAnew) {
    const { scrollTop, clientHeight } = this.host;
    const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - SPARE_ROWS);
    const last = Math.min(this.items.length, Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT) + SPARE_ROWS);
    const focused = this.body.contains(document.activeElement) ? document.activeElement : null;
    for (const [index, row] of this.drawn) {
      const isSeen = index >= first && index < last;
      if (!isSeen && (isAnew || !row.contains(focused))) this.drawn.delete(index), row.remove();
    }
    for (let index = last - 1, next = null; index >= first; index--) next = this.place(index, isAnew, next);
    if (focused && !focused.isConnected) this.focus(focused.dataset.key);
    this.activate(this.active);
    if (last === this.items.length) this.end();
  }

  // The element of a row, before that of the next one.
  place(index, isAnew, next) {
    const known = this.drawn.get(index);
    if (known && !isAnew) return known;
    const made = this.row(this.items[index], index);
    if (known?.outerHTML === made.outerHTML) return known;
    if (known) known.replaceWith(made);
    else this.body.insertBefore(made, next);
    this.drawn.set(index, made);
    return made;
  }

  focus(key) {
    const same = key && this.body.querySelector(`[data-key="${CSS.escape(key)}"]`);
    (same || this.host).focus({ preventScroll: true });
  }

  row(item, index) {
    const { class: own, ...others } = this.attributes(item);
    const isActive = index === this.active;
    return element("div", {
      class: ["row", own, isActive && "active"].filter(Boolean).join(" "), role: "row", id: `${this.name}-${index}`,
      "aria-rowindex": index + 2, "aria-selected": String(isActive), style: { top: `${index * ROW_HEIGHT}px` },
      onclick: (event) => this.onClick(event, index), ...others },
    this.columns.map((column) => element("span", { role: "gridcell", class: classOf(column) }, column.cell(item))));
  }

  activate(index) {
    for (const [each, isActive] of [[this.active, false], [index, true]]) {
      this.drawn.get(each)?.classList.toggle("active", isActive);
      this.drawn.get(each)?.setAttribute("aria-selected", String(isActive));
    }
    this.active = index;
    if (this.drawn.has(index)) this.host.setAttribute("aria-activedescendant", `${this.name}-${index}`);
    else this.host.removeAttribute("aria-activedescendant");
  }

  // Whoever has selected a text, an id for example, wants to copy it and not to go away.
  onClick(event, index) {
    if (event.target.closest("a, button") || String(getSelection())) return;
    this.activate(index);
    this.open(this.items[index]);
  }

  onKey(event) {
    const page = Math.max(1, Math.floor(this.host.clientHeight / ROW_HEIGHT) - 2);
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.target !== this.host) return; // a button or link in a row has keys of its own
    if (event.key in moves) {
      event.preventDefault();
      this.reveal(this.active + moves[event.key]);
    } else if (this.items[this.active]) {
      if (event.key === "Enter") this.open(this.items[this.active]);
      else this.key(event, this.items[this.active]);
    }
  }

  // Makes a row the active one, and scrolls only as far as it takes to see it.
  reveal(index) {
    this.activate(Math.max(0, Math.min(this.items.length - 1, index)));
    const top = this.active * ROW_HEIGHT;
    const height = this.host.clientHeight - ROW_HEIGHT;
    if (top < this.host.scrollTop) this.host.scrollTop = top;
    else if (top + ROW_HEIGHT > this.host.scrollTop + height) this.host.scrollTop = top + ROW_HEIGHT - height;
    this.render(false);
  }
}

function classOf({ phone, kind = "" }) {
  return [kind, phone === undefined && "on-desk"].filter(Boolean).join(" ");
}
