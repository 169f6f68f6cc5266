"""An executed notebook -> one HTML file to read it in, wherever it is opened. Pure.

Nothing of it is taken for markup, and nothing is loaded or run: texts are shown as texts, pictures as pictures, and of
what an output says in several ways the plain text. nbconvert shows more, and is larger than the rest of the app.
"""
import base64
import binascii
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from azure_access.answers import Fields

from .cells import joined, source_of
from .texts import ANSI

_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; color: #1f1f1f; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0; padding: .6rem; }}
.code {{ background: #f3f3f3; border-left: 3px solid #0067b8; }}
.stderr {{ background: #fff4ce; }}
.error {{ background: #fde7e9; border-left: 3px solid #a4262c; }}
img {{ max-width: 100%; }}
</style></head><body><h1>{title}</h1>
"""
_PICTURES = ("image/png", "image/jpeg", "image/gif")


def render(name: str, content: Mapping[str, Any]) -> bytes:
    """Whatever is in the notebook, nothing is raised. In UTF-8."""
    cells = map(Fields, Fields(content).list("cells"))
    parts = [_HEAD.format(title=escape(name)), *(part for cell in cells for part in _cell(cell)), "</body></html>\n"]
    return "\n".join(parts).encode("utf-8", "replace")


def _cell(cell: Fields) -> Iterator[str]:
    text = source_of(cell)
    if cell.text("cell_type") != "code":
        yield _block(text, "text")
        return
    yield _block(text, "code")
    for output in map(Fields, cell.list("outputs")):
        yield _output(output)


def _output(output: Fields) -> str:
    kind = output.text("output_type")
    if kind == "stream":
        return _block(joined(output.value("text")), "stderr" if output.text("name") == "stderr" else "stdout")
    if kind == "error":
        trace = "\n".join(map(str, output.list("traceback")))
        return _block(trace or f"{output.text('ename')}: {output.text('evalue')}", "error")
    for picture in _PICTURES:
        if data := _base64(joined(output.value("data", picture))):
            return f'<img alt="" src="data:{picture};base64,{data}">'
    return _block(joined(output.value("data", "text/plain")), "result")


def _block(text: str, kind: str) -> str:
    return f'<pre class="{kind}">{escape(ANSI.sub("", text))}</pre>' if text.strip() else ""


def _base64(text: str) -> str:
    """As it may stand in an attribute; nothing where it is none."""
    try:
        return base64.b64encode(base64.b64decode("".join(text.split()), validate=True)).decode()
    except (binascii.Error, ValueError):
        return ""
