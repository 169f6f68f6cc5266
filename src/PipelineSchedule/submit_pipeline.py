"""The function that starts a run when it is asked to by HTTP. It answers in time, whatever happens."""
import contextvars
import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from azure_access.deadline import Deadline
from azure_access.defects import describe_defect
from azure_access.errors import MonitorError
from azure_access.log_texts import log_text

from . import answers
from .answers import Answer
from .keys import make_key
from .opening import opened
from .refusals import Refusal, unavailable
from .settings import read_answer_seconds
from .submissions import parse_submission
from .submitter import Order

_ASKING_SHARE = 0.9  # of a caller's time is for all requests to Azure; the rest for one that trickles in
_LATE = ("Azure Machine Learning takes too long, and a run may have been started: look for it first, or send the "
         "request again if it had an Idempotency-Key")
_THREADS = ThreadPoolExecutor(16, thread_name_prefix="submit")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` by their names in lower case; `url` is that which was asked for."""

    pipeline_name: str
    body: bytes
    headers: Mapping[str, str]
    url: str


def main(request: Request) -> Answer:
    """Raises nothing: the host would answer with an empty body."""
    return answer_in_time(partial(_submit, request))


def answer_in_time(work: Callable[[Deadline], Answer], late_message: str = _LATE) -> Answer:
    """What the work answers, or what is wrong."""
    try:
        return await_answer(work, read_answer_seconds(os.environ), late_message)
    except MonitorError as exc:
        _log.warning("%s", exc)
        return answers.describe_error(exc)
    except Exception as exc:
        _log.error("%s", describe_defect(exc))
        return answers.describe_defect(exc)


def await_answer(work: Callable[[Deadline], Answer], seconds: float, late_message: str = _LATE) -> Answer:
    """As the work answers or raises; MonitorError where it takes too long. Its time runs while it waits for a thread,
    so that nothing is begun once the caller has been told."""
    future = _THREADS.submit(contextvars.copy_context().run, work, Deadline(seconds * _ASKING_SHARE))
    try:
        return future.result(seconds)
    except TimeoutError as exc:
        future.cancel()  # where it has not begun
        raise unavailable(late_message) from exc


def _submit(request: Request, deadline: Deadline) -> Answer:
    app = opened()
    _check_length(request)
    pipeline = app.settings.pipelines.get(request.pipeline_name)
    if pipeline is None:
        raise Refusal(404, "PipelineNotFound", "no pipeline of that name may be started: SUBMITTABLE_PIPELINES says "
                                               "which may")
    submission = parse_submission(request.body, request.pipeline_name)
    given = request.headers.get("idempotency-key")
    key = make_key(given, request.pipeline_name, submission)
    order = Order(pipeline, submission, key, {"submitted_by": "function"}, has_key=given is not None)
    started = app.submitter.submit(order, deadline)
    _log.info("run %s of %s, with %s, %s", log_text(started.run_id), log_text(request.pipeline_name),
              log_text(", ".join(submission.parameters) or "no parameters"),
              "was there" if started.is_repeat else "was started")
    return answers.describe_start(
        started.run_id, submission.experiment_name, app.service.find_page(started.run_id),
        f"{request.url.partition('/pipelines/')[0]}/runs/{started.run_id}", is_repeat=started.is_repeat)


def _check_length(request: Request) -> None:
    """The Functions host hands on nothing of a chunked body, and without it a run would get other parameters."""
    if not request.body and request.headers.get("content-length") != "0":
        raise Refusal(411, "LengthRequired", "no body arrived: send it whole, with Content-Length, and not chunked; to "
                                             "send none, say Content-Length: 0")
