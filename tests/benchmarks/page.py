"""How quickly does the dashboard draw a run of a thousand steps, and does it stutter while one scrolls through them?

Run with `PYTHONPATH=src .venv/bin/python -m tests.benchmarks.page [STEPS]`; it needs Chromium. It says what it is at,
and prints the figures. There are no limits: what else the machine has to do counts too.
"""
import sys
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Page
from tabulate import tabulate

from dashboard.sources.local_store import LocalStore
from tests.dashboard import chromium
from tests.dashboard.page.served import open_dashboard, served
from tests.queries.conftest import Insights

STEPS = 1_000

_LONG_TASKS = """window.tasks = []; new PerformanceObserver(list => window.tasks.push(...list.getEntries().map(
  ({ duration }) => Math.round(duration)))).observe({ type: "longtask", buffered: true });"""
_SCROLL = """async () => {
  const viewport = document.querySelector("#run-steps .viewport"), frames = [];
  for (let last = performance.now(); viewport.scrollTop + viewport.clientHeight + 1 < viewport.scrollHeight;) {
    viewport.scrollTop += 300;
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
  }
  return frames.sort((one, other) => one - other);
}"""


def main() -> None:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else STEPS
    print(f"recording a run of {steps:,} steps", flush=True)
    insights = record(steps)
    with served(LocalStore(insights.store)) as address, chromium.launch() as browser:
        print("drawing it twice, the second time with answers that are kept", flush=True)
        measure(browser, address)
        print(tabulate(measure(browser, address).items(), tablefmt="plain"))
    insights.store.close()


def record(steps: int) -> Insights:
    insights = Insights()
    begin = datetime.now(UTC) - timedelta(hours=4)
    insights.run("run", started=begin, seconds=5400)
    for number in range(steps):
        insights.run(f"step-{number}", parent="run", started=begin + timedelta(seconds=5 * number), seconds=60,
                     queue_seconds=number % 31)
    return insights


def measure(browser: Browser, address: str) -> dict[str, str]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_LONG_TASKS)
    open_dashboard(page, address, "run=run")
    page.locator("#run-steps .row:not(.head)").first.wait_for()
    drawn_ms = page.evaluate("performance.now()")
    page.wait_for_load_state("networkidle")
    drawing = _take_tasks(page)
    frames = page.evaluate(_SCROLL)
    found = {
        "steps are seen after": f"{drawn_ms:.0f} ms", "longest task until then": f"{max(drawing, default=0)} ms",
        "elements of the page": f"{page.locator('*').count():,}",
        "frames while scrolling": f"median {frames[len(frames) // 2]:.0f} ms, 95 % below "
                                  f"{frames[len(frames) * 95 // 100]:.0f} ms, longest task "
                                  f"{max(_take_tasks(page), default=0)} ms"}
    context.close()
    return found


def _take_tasks(page: Page) -> list[int]:
    """Tasks of 50 ms and more since the last time, in milliseconds."""
    tasks: list[int] = page.evaluate("window.tasks.splice(0)")
    return tasks


if __name__ == "__main__":
    main()
