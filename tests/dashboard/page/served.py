"""A dashboard that a browser can open, over a source in this process; and what a page of it may not do."""
import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, ViewportSize, expect
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
        self._page = page
        self._listeners = {
            "console": lambda message: self._note(message.type in ("error", "warning"), message.text),
            "pageerror": lambda error: self._note(True, str(error)),
            "dialog": lambda dialog: self._note(True, f"dialog {dialog.message}") or dialog.dismiss(),
            "request": lambda request: self._note(
                not request.url.startswith((f"{address}/", "blob:")), f"request to {request.url}")}
        for event, listener in self._listeners.items():
            page.on(event, listener)

    def stop(self) -> None:
        self._page.evaluate("null")  # whatever the page has said before it answers has come then
        for event, listener in self._listeners.items():
            self._page.remove_listener(event, listener)

    def _note(self, is_fault: bool, text: str) -> None:
        if is_fault:
            self.faults.append(text)


def open_dashboard(page: Page, address: str, path: str = "", key: str = KEY) -> Watch:
    """The dashboard in a page whose context has not been there before; `path` begins after the `?`."""
    page.set_default_timeout(WAIT_MS)
    watch = Watch(page, address)
    page.goto(f"{address}/?key={key}&{path}")
    return watch


def clear(page: Page, viewport: ViewportSize) -> None:
    """Makes a page as good as new, for another test."""
    page.evaluate("localStorage.clear()")
    page.goto("about:blank")
    page.context.clear_cookies()
    page.unroute_all()
    page.mouse.move(0, 0)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(viewport)


def settle(page: Page) -> None:
    """Waits until every answer that the page has asked for is drawn: what is clicked then stays where it is."""
    expect(page.locator("#freshness .dot")).to_be_visible()
    expect(page.locator("[aria-busy]")).to_have_count(0)
