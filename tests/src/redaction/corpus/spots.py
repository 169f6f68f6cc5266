"""Where a text can be, and how it can be encoded there. Each spot hands out a JSON value that holds the text."""
import base64
import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

Spot = Callable[[str], Any]


def _escape_signs(text: str) -> str:
    return "".join(f"\\u{ord(sign):04x}" if sign in "=:\"'<>&" else sign for sign in text)


SPOTS: dict[str, Spot] = {
    "text": lambda text: text,
    "in a sentence": lambda text: f"step failed with {text} in file x",
    "after a line break": lambda text: f"first line\n{text}\nlast line",
    "after a colon": lambda text: f"error: {text}",
    "in parentheses": lambda text: f"call({text})",
    "in double quotes": lambda text: f'say "{text}" now',
    "member": lambda text: {"message": text, "status": "Failed"},
    "deep member": lambda text: {"a": [{"b": {"c": [text]}}]},
    "list element": lambda text: ["first", text, "last"],
    "tag": lambda text: {"tags": {"note": text}},
    "member's name": lambda text: {text: "x"},
    "JSON in a text": lambda text: json.dumps({"a": {"message": text}}),
    "JSON in JSON": lambda text: json.dumps({"a": json.dumps({"b": text})}),
    "ASCII JSON in a text": lambda text: {"a": json.dumps({"x": text}, ensure_ascii=True)},
    "JSON cut off": lambda text: json.dumps({"message": text, "next": "x"})[:-4],
    "JSON behind words": lambda text: "answer: " + json.dumps({"message": text}),
    "JSON in JSON behind words": lambda text: "answer: " + json.dumps({"a": json.dumps({"message": text})}),
    "three times JSON": lambda text: "got " + json.dumps(json.dumps(json.dumps([text]))),
    "repr": lambda text: f"args={[text]!r}",
    "between CJK": lambda text: f"错误{text}失败" if text.isalnum() else f"错误 {text} 失败",
    "terminal colours": lambda text: f"\x1b[31m{text}\x1b[0m done",
    "escaped colours": lambda text: "\\u001b[31m" + text + "\\u001b[0m",
    "HTML": lambda text: f"<p>{html.escape(text)}</p>",
    "percent-encoded": lambda text: "callback?data=" + quote(text, safe=""),
    "percent-encoded twice": lambda text: "callback?data=" + quote(quote(text, safe=""), safe=""),
    "base64": lambda text: "payload " + base64.b64encode(("config\n" + text + "\n").encode()).decode(),
    "base64 in JSON": lambda text: {"data": base64.b64encode(f"x: 1\n{text}\n".encode()).decode()},
    "unicode escapes": lambda text: "log " + _escape_signs(json.dumps(text, ensure_ascii=True)[1:-1]),
    "Windows lines": lambda text: f"a\r\n{text}\r\nb",
    "log line": lambda text: f"2026-11-26 03:17:42,123 ERROR [main] {text}",
}
SIMPLE = ("text", "member", "list element", "JSON in a text", "after a line break")


def traces(secret: str) -> list[str]:
    """What of the secret must not be left: parts of ten characters, or all of a shorter one, however encoded."""
    parts = [line for line in secret.replace("\\n", "\n").split("\n") if line] or [secret]
    found = []
    for part in parts:
        pieces = [part] if len(part) <= 10 else [part[:10], part[len(part) // 2 - 5:len(part) // 2 + 5], part[-10:]]
        found += pieces
    return found


def is_left(secret: str, shown: str) -> bool:
    """Whether a part of the secret is in what was shown, as it is or encoded."""
    for piece in traces(secret):
        quoted, escaped = quote(piece, safe=""), json.dumps(piece)[1:-1]
        forms = {piece, quoted, quote(quoted, safe=""), escaped, json.dumps(escaped)[1:-1], html.escape(piece)}
        if any(form in shown for form in forms):
            return True
    return any(base64.b64encode(("x" * shift + piece).encode()).decode().rstrip("=")[4:-2] in shown
               for piece in traces(secret) if len(piece) >= 10 for shift in (3, 4, 5))
