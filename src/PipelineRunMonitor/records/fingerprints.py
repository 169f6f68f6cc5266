"""A fingerprint of an error: equal for the same error in different runs, so that queries can group by it. Pure."""
import hashlib
import re

_LIMIT = 2_000  # of what is looked at: the end of a long message is a stack trace's or a log's
# What differs between two occurrences of one error, the longer forms first.
_VARYING = (
    (re.compile(r"https?://\S+"), "<url>"),
    (re.compile(r"(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])"), "<id>"),
    (re.compile(r"(?<![0-9a-z])0x[0-9a-f]+(?![0-9a-z])"), "<id>"),
    (re.compile(r"(?<![0-9a-z])(?=[a-f]*[0-9])[0-9a-f]{8,}(?![0-9a-z])"), "<id>"),
    (re.compile(r"(?:[a-z]:)?(?:[/\\][\w.@~+=-]+){2,}[/\\]?"), "<path>"),
    (re.compile(r"[0-9]+(?:[.,:][0-9]+)*"), "<number>"),
    (re.compile(r"\s+"), " "),
)


def of(code: str | None, message: str) -> str:
    """16 hexadecimal digits for an error's code and message, with what varies from run to run left out of it."""
    text = f"{code or ''}: {message[:_LIMIT]}".lower()
    for pattern, placeholder in _VARYING:
        text = pattern.sub(placeholder, text)
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()[:16]
