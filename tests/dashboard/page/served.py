"""A dashboard that a browser can open, over a source in this process; and what a page of it may not do."""
import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page, expect
from starlette.applications import Starlette

from dashboard.routes import routes
from dashboard.server import DashboardServer
from dashboard.sources.source import Source
from local_azure.serving import open_socket

KEY = "0123456789abcdef"
WAIT_MS = 60_000  # for a machine with other things to do


@contextmanager
def served(source: Source) -> Iterator[str]:
    """The address, without the key, of a dashboard that is served in a thread of its own."""
    opened = open_socket("dashboard", 0)
    server = DashboardServer(Starlette(routes=routes(source, KEY)), opened)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(60)
    try:
        yield f"http://127.0.0.1:{opened.getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Watch:
    """Notes what a page must not do: complain on the console, fail, or ask anybody else for anything."""

    def __init__(self, page: Page, address: str) -> None:
        self.faults: list[str] = []
        page.on("console", lambda message: self._note(message.type == "error", message.text))
        page.on("pageerror", lambda error: self._note(True, str(error)))
        page.on("dialog", lambda dialog: self._note(True, f"dialog {dialog.message}") or dialog.dismiss())
        page.on("request", lambda request: self._note(
            not request.url.startswith((f"{address}/", "blob:")), f"request to {request.url}"))

    def _note(self, is_fault: bool, text: str) -> None:
        if is_fault:
            self.faults.append(text)


def open_dashboard(context: BrowserContext, address: str, path: str = "", key: str = KEY) -> tuple[Page, Watch]:
    """A page of the dashboard, in a context that has not been there before; `path` begins after the `?`."""
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    watch = Watch(page, address)
    page.goto(f"{address}/?key={key}&{path}")
    return page, watch


def settle(page: Page) -> None:
    """Waits until every answer that the page has asked for is drawn: what is clicked then stays where it is."""
    expect(page.locator("#freshness .dot")).to_be_visible()
    expect(page.locator("[aria-busy]")).to_have_count(0)
