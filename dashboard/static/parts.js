// A part of a screen: drawn when its answer comes, and where none comes it says so, keeps what it showed, and asks again.
import { button, element } from "./elements.js";

const timers = new Map(); // by what is asked again

// Runs a part's update; `again` asks for the whole screen, of which what was answered costs nothing.
export async function fillPart(host, update, again) {
  host.setAttribute("aria-busy", "true");
  try {
    await update();
    host.querySelector(":scope > .problem")?.remove();
  } catch (error) {
    if (error.name === "AbortError") return;
    host.querySelector(":scope > .problem")?.remove();
    host.append(problem(error, again));
    if (error.wait) askLater(host, again, error.wait);
  }
  host.removeAttribute("aria-busy");
}

// What several asked for: the answers that came are drawn by themselves; fails with what the others lack, said once.
export async function allOf(promises) {
  const failed = (await Promise.allSettled(promises)).filter(({ status }) => status === "rejected").map(({ reason }) => reason);
  if (!failed.length) return;
  const aborted = failed.find(({ name }) => name === "AbortError");
  throw aborted ?? Object.assign(new Error([...new Set(failed.map(({ message }) => message))].join(" ")), {
    wait: Math.max(...failed.map(({ wait }) => wait ?? 0)) });
}

function problem({ message, wait }, again) {
  return element("p", { class: "problem", role: "alert" },
    `This could not be answered: ${message}${wait ? `, in ${Math.ceil(wait)} s` : ""} `, button("Try again", again));
}

// Once for all parts of a screen, when the longest wait is over, and only if the screen is still looked at.
function askLater(host, again, seconds) {
  clearTimeout(timers.get(again));
  timers.set(again, setTimeout(() => {
    timers.delete(again);
    if (!host.closest("[hidden]")) again();
  }, (seconds + 0.5) * 1000));
}
