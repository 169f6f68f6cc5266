"""What an answer of the ingestion service says of the telemetry items of a request. Pure.

The service answers with a status for the request and, when it took some items only, with one for each that it did not
take: `{"itemsReceived": 2, "itemsAccepted": 1, "errors": [{"index": 0, "statusCode": 400, "message": "..."}]}`.
"""
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from azure_access.transient import TRANSIENT_STATUSES, parse_retry_after

_CURES = {
    401: "it refused the key or the token: check APP_INSIGHTS_CONNECTION_STRING; where local authentication is "
         "disabled, APP_INSIGHTS_AUTHENTICATION has to be entra",
    402: "its quota is used up: raise the daily cap, or wait until it is reset",
    403: "it refused the identity: give that of the Function App the role Monitoring Metrics Publisher on the "
         "Application Insights resource, and check APP_INSIGHTS_CONNECTION_STRING",
    404: "there is no ingestion service: check the IngestionEndpoint of APP_INSIGHTS_CONNECTION_STRING",
    429: "it is throttling: Event Grid delivers the event again later",
    439: "its quota is used up: raise the daily cap, or wait until it is reset"}
_NO_KEYS = "authentication not supported"  # in the answer 400 of a resource that takes tokens alone
_SAMPLED_OUT = 206
_SAMPLED_OUT_CURE = "it samples records out: set the ingestion sampling of the resource to 100 %"
_OTHER_CURE = "Event Grid delivers the event again; if this lasts, look at the health of Application Insights"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Items by their index in the request; those not mentioned were accepted.

    `refused`: for good, with the reason. `left`: not taken, may be another time; `problem` says why and what to do.
    `is_transient`: the time may be soon, and not before `wait_seconds` if the service said so. `is_unclear`: one of the
    items may be the reason, but the answer does not tell which.
    """

    refused: Mapping[int, str] = field(default_factory=dict)
    left: tuple[int, ...] = ()
    problem: str = ""
    is_transient: bool = False
    wait_seconds: float | None = None
    is_unclear: bool = False


def judge(status: int, headers: Mapping[str, str], body: str, count: int) -> Verdict:
    """The verdict on a request with `count` items."""
    answer = _parse(body)
    wait_seconds = parse_retry_after(headers.get("Retry-After"))
    if status == 400 and _refuses_keys(answer, body):
        return Verdict(left=tuple(range(count)), problem=_problem(401, body))
    if status in (200, 206, 400) and answer is not None and (status != 400 or answer["errors"]):
        return replace(_judge_items(status, answer, count), wait_seconds=wait_seconds)
    if status in (400, 413):
        return _judge_refusal(status, body, count)
    everything = tuple(range(count))
    if status in (200, 206):
        return Verdict(left=everything, is_transient=True,
                       problem=f"HTTP {status}, but not from the service: something in between answered {body[:200]!r}")
    return Verdict(left=everything, problem=_problem(status, body), is_transient=status in TRANSIENT_STATUSES,
                   wait_seconds=wait_seconds)


def _refuses_keys(answer: Mapping[str, Any] | None, body: str) -> bool:
    """A person can mend that, so it is no refusal of the records."""
    said = [str(error.get("message")) for error in answer["errors"]] if answer and answer["errors"] else [body]
    return all(_NO_KEYS in one.casefold() for one in said)


def _judge_items(status: int, answer: Mapping[str, Any], count: int) -> Verdict:
    errors = {error["index"]: error for error in answer["errors"] if 0 <= error["index"] < count}
    left = [index for index, error in errors.items() if _may_succeed_later(error["statusCode"])]
    refused = {index: str(error.get("message", "")) for index, error in errors.items() if index not in left}
    problems = {_problem(errors[index]["statusCode"], str(errors[index].get("message", ""))) for index in left}
    is_transient = any(errors[index]["statusCode"] in TRANSIENT_STATUSES for index in left)
    is_incomplete = answer["itemsAccepted"] + len(errors) < count  # some were not taken, and which is not said
    if is_incomplete:
        left += [index for index in range(count) if index not in errors]
        problems.add("not every item was accepted; " + _OTHER_CURE)
    return Verdict(refused, tuple(left), "; ".join(sorted(problems)), is_transient or is_incomplete,
                   is_unclear=is_incomplete and status == 400)


def _judge_refusal(status: int, body: str, count: int) -> Verdict:
    reason = f"HTTP {status}: {body[:500]}"
    if count == 1:
        return Verdict(refused={0: reason})
    return Verdict(left=tuple(range(count)), problem=reason, is_unclear=True)


def _may_succeed_later(status: int) -> bool:
    return status in TRANSIENT_STATUSES or status in _CURES or status == _SAMPLED_OUT


def _problem(status: int, body: str) -> str:
    cure = _SAMPLED_OUT_CURE if status == _SAMPLED_OUT else _CURES.get(status, _OTHER_CURE)
    return f"HTTP {status}, {cure}" + (f" ({body[:200]})" if body else "")


def _parse(body: str) -> Mapping[str, Any] | None:
    """The answer, if it has the service's shape."""
    try:
        answer = json.loads(body)
        is_known = isinstance(answer["itemsAccepted"], int) and all(
            isinstance(error["index"], int) and isinstance(error["statusCode"], int) for error in answer["errors"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return answer if is_known else None
