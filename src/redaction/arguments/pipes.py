"""Secrets that are handed to a command through a pipe: `echo hunter2 | docker login --password-stdin`."""
import re
from collections.abc import Iterator

from ..decode.views import View
from ..places import Place

_PIPED = re.compile(
    r"\b(?:echo|printf)\s{1,8}(?:-\w{1,4}\s{1,8}|['\"]%s(?:\\n|\n)?['\"]\s{1,8}){0,2}"
    r"(?P<quote>['\"]?)(?P<value>[^|\n]{1,400}?)(?P=quote)\s{0,8}"
    r"\|\s{0,8}[^|\n]{0,200}?(?P<reader>--password-stdin|--stdin|--with-token|--passphrase-fd"
    r"|-passin stdin|\baz\s{1,8}devops\s{1,8}login|sudo\s{1,8}-S|chpasswd|\bpasswd\b|\bssh-add\b)")
_HERE = re.compile(
    r"(?P<reader>\b(?:docker|podman|helm|devops|registry|vault)\s{1,8}login|--with-token|--password-stdin"
    r"|--stdin|sudo\s{1,8}-S|chpasswd)\b[^\n<]{0,200}<<<\s{0,8}"
    r"(?P<quote>['\"]?)(?P<value>[^\n'\"]{1,400}?)(?P=quote)(?=\s|\Z)")


def find(view: View, low: str) -> Iterator[Place]:
    """`low` is the text of the view in lower case."""
    if "<<<" not in low and ("|" not in low or "echo" not in low and "printf" not in low):
        return
    for found in [*_PIPED.finditer(view.text), *_HERE.finditer(view.text)]:
        start, end = found.span("value")
        if found["reader"] == "chpasswd":
            start = max(start, view.text.find(":", start, end) + 1)
        if not view.text.startswith("$", start):
            yield Place(*view.origin(start, end), "arguments", f"piped to {found['reader']}")
