"""Who may see the dashboard: whoever opened the address with the key, from this machine, in this page.

The address that is printed carries the key. It is answered with a cookie and a redirect to the same address without it,
so that the key stays neither in the address bar nor in a link that is passed on.
"""
import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    # Nothing from elsewhere, no inline script, no eval: a run's name that is markup or script stays a text.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_HTTP_PORT = 80


class Access:
    """ASGI middleware of every route of the dashboard."""

    def __init__(self, application: ASGIApp, key: str) -> None:
        self._application, self._key = application, key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        answer = self._refuse(Request(scope)) or self._application
        await answer(scope, receive, send_with_headers)

    def _refuse(self, request: Request) -> Response | None:
        """The answer to a request that does not get through."""
        port = request.scope["server"][1]
        host = request.headers.get("host", "")
        if host not in _own_hosts(port):  # a foreign name that was made to lead here
            return PlainTextResponse("This page is only at 127.0.0.1 and localhost.", 421)
        if request.headers.get("origin", f"http://{host}") != f"http://{host}":
            return PlainTextResponse("Other pages get nothing from this one.", 403)
        cookie = f"dashboard-{port}"  # cookies are shared by all ports of a host
        if "key" in request.query_params and self._is_key(request.query_params["key"]):
            return _hand_over(request, cookie, self._key)
        if not self._is_key(_read_cookie(request, cookie)):
            return PlainTextResponse("Open the address that was printed when the dashboard was started: "
                                     "it carries a key.", 401)
        return None

    def _is_key(self, text: str) -> bool:
        return secrets.compare_digest(text.encode(), self._key.encode())


def _own_hosts(port: int) -> set[str]:
    """As browsers name this server: the port that HTTP has anyway they leave out, other programs may name it."""
    names = ("127.0.0.1", "localhost")
    return {f"{name}:{port}" for name in names} | (set(names) if port == _HTTP_PORT else set())


def _hand_over(request: Request, cookie: str, key: str) -> Response:
    kept = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "key"])
    answer = RedirectResponse(f"/?{kept}" if kept else "/", 303)
    answer.set_cookie(cookie, key, httponly=True, samesite="strict")
    return answer


def _read_cookie(request: Request, name: str) -> str:
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
