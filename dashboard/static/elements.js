// Makes elements. What is shown comes from outside: it always becomes text, never markup, and links lead to the web only.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, text] of Object.entries(value)) made.style.setProperty(key, text);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const contents = new WeakMap(); // by host: what it was given last

// Gives a host new children. A refresh takes nothing away from who is about to press, reads or has unfolded something:
// what is as before stays, and the focus goes to the new element with the same `data-key`.
export function refill(host, ...children) {
  const made = element("div", {}, ...children);
  const [html, first, last] = [made.innerHTML, made.firstChild, contents.get(host)];
  if (last?.html === html && last.first?.parentNode === host) return;
  contents.set(host, { html, first }); // its first node: others may have emptied or filled the host since
  const key = host.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  host.replaceChildren(...made.childNodes);
  if (key !== undefined) host.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

// A link to a page of the portal, in a tab of its own; null where the address is none. `key` is its `data-key`.
export function webLink(url, key, ...children) {
  if (!/^https?:\/\//i.test(url ?? "")) return null;
  return element("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "out", "data-key": key }, ...children, " ↗");
}

// The page of a run in the portal: a record has its parent's.
export function portalOf({ run_url: url, parent_run_id: parent }, run) {
  return url?.replace(parent, run);
}

const GLYPHS = { Completed: "✓", Failed: "✕", NotResponding: "!", Canceled: "⊘" };

// A run's status, by colour, sign and word; what ended so may have a word of its own for it.
export function statusPill(status, word = status) {
  const known = status in GLYPHS || status === "Running";
  return element("span", { class: `status ${known ? status : "other"}` },
    element("span", { class: "glyph", "aria-hidden": "true" }, GLYPHS[status] ?? "▸"),
    word || "unknown");
}

// A text for those who hear the page.
export function unseen(text) {
  return element("span", { class: "unseen" }, text);
}

export function button(label, action, attributes = {}) {
  return element("button", { type: "button", onclick: action, ...attributes }, label);
}

export function copyButton(text, label) {
  const copy = async ({ target }) => {
    await navigator.clipboard.writeText(text);
    target.textContent = "Copied";
    setTimeout(() => { target.textContent = "Copy"; }, 2000);
  };
  return button("Copy", copy, { class: "copy", "aria-label": label, title: label, "data-key": label });
}
