"""What an answer of an OTLP receiver says of the items of a request, as the protocol's specification has it. Pure.

"OTLP/HTTP Response": 200 with nothing in it is success; with a partial success some items were refused, and how many,
but not which; 400 is bad data; 429, 502, 503 and 504 are to be tried again, not before Retry-After; every other status
is not. Where it is not told which were refused each is sent again by itself, although the specification wants none of
them sent again: that may record one twice, and loses none. What a person may mend is left, so that the event is
delivered again when that is done.
"""
from collections.abc import Mapping

from azure_access.transient import parse_retry_after

from ..verdicts import Verdict
from .encoding import parse_answer, parse_error

_TRANSIENT = frozenset({429, 502, 503, 504})
_BAD_DATA = frozenset({400, 413})
_CURES = {
    401: "it refused the request: check the headers in OTEL_EXPORTER_OTLP_HEADERS, or OTLP_TOKEN_SCOPE",
    403: "it refused the identity or the key: check OTEL_EXPORTER_OTLP_HEADERS; with OTLP_TOKEN_SCOPE, give the "
         "identity of the Function App the right to send, for Azure Monitor the role Monitoring Metrics Publisher on "
         "the data collection rule",
    404: "there is no OTLP receiver: check OTEL_EXPORTER_OTLP_ENDPOINT, to which /v1/logs and /v1/traces are added",
    415: "it takes no protobuf: name a receiver of OTLP over HTTP in OTEL_EXPORTER_OTLP_ENDPOINT",
    429: "it is throttling: Event Grid delivers the event again later"}
_OTHER_CURE = "Event Grid delivers the event again; if this lasts, look at the receiver"
_SAID = 200  # characters


def judge(status: int, headers: Mapping[str, str], body: bytes, count: int) -> Verdict:
    """The verdict on a request with `count` items."""
    everything = tuple(range(count))
    if 200 <= status < 300:
        return _judge_success(status, headers.get("Content-Type", ""), body, count)
    said = parse_error(body)[:_SAID]
    if status in _BAD_DATA:
        reason = f"HTTP {status}: {said}"
        return Verdict(refused={0: reason}) if count == 1 else Verdict(left=everything, problem=reason, is_unclear=True)
    problem = f"HTTP {status}, {_CURES.get(status, _OTHER_CURE)}" + (f" ({said})" if said else "")
    return Verdict(left=everything, problem=problem, is_transient=status in _TRANSIENT,
                   wait_seconds=parse_retry_after(headers.get("Retry-After")))


def _judge_success(status: int, content_type: str, body: bytes, count: int) -> Verdict:
    everything = tuple(range(count))
    try:
        answer = parse_answer(content_type, body)
    except ValueError:
        said = body[:_SAID].decode("utf-8", "replace")
        return Verdict(left=everything, is_transient=True, problem=(
            f"HTTP {status}, but not from a receiver of OTLP: something in between answered {said!r}"))
    reason = answer.message or "it was rejected, and no reason given"
    if answer.rejected <= 0:
        return Verdict()
    if answer.rejected >= count:
        return Verdict(refused=dict.fromkeys(everything, reason))
    return Verdict(left=everything, problem=f"{answer.rejected} of {count} were rejected: {reason}", is_unclear=True)
