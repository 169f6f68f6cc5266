// What the page shows is in its address: filters, the run that is open, the query. So links, reload and back work.

const listeners = [];
let shown = location.search; // what the page shows: in a listener the address is already the next one

export function get(name) {
  return new URLSearchParams(location.search).get(name) ?? "";
}

// An address, usually that of the page, with some names changed; an empty value takes its name out.
export function withChanges(changes, from = location.search) {
  const names = new URLSearchParams(from);
  for (const [name, value] of Object.entries(changes)) {
    if (value) names.set(name, value);
    else names.delete(name);
  }
  const text = names.toString();
  return text ? `?${text}` : "/";
}

export function change(changes) {
  const target = withChanges(changes);
  if (target === (location.search || "/")) return;
  history.pushState(null, "", target);
  tell();
}

// As `change`, in place of the entry in the history and without telling: whoever notes it shows it as well.
export function note(changes) {
  history.replaceState(null, "", withChanges(changes));
  shown = location.search;
}

// Calls the listener with the address that was left, of which it has the part from the `?` on.
export function onChange(listener) {
  listeners.push(listener);
}

// A link within the page, which a click follows without loading it anew.
export function follow(event) {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  const link = plain && event.target.closest("a[href]");
  if (!link || link.target || link.origin !== location.origin) return;
  event.preventDefault();
  if (link.href !== location.href) history.pushState(null, "", link.href);
  tell();
}

function tell() {
  const left = shown;
  shown = location.search;
  for (const listener of listeners) listener(left);
}

window.addEventListener("popstate", tell);
