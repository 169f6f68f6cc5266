"""What makes two requests one: a key of the caller, and what was asked for with it. Pure.

Azure Machine Learning keeps both as tags of the run, so that every instance of the app finds the run by them, and no
database is needed.
"""
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from .refusals import Problem, invalid
from .submissions import Submission

KEY_TAG, CONTENT_TAG = "submission_key", "submission_content"
_MOST = 255
_NAMESPACE = uuid.UUID("7b0f0d9c-6a0e-5f0e-9d3a-2f6c1f0b7a55")


@dataclass(frozen=True, slots=True)
class SubmissionKey:
    """`value` is that of the key and the pipeline, `content` of all that was asked for: both are hashes, since a key
    may tell what is nobody else's business."""

    value: str
    content: str

    @property
    def request_id(self) -> str:
        """For services that take a UUID: the same for the same key."""
        return str(uuid.uuid5(_NAMESPACE, self.value))

    @property
    def tags(self) -> Mapping[str, str]:
        return {KEY_TAG: self.value, CONTENT_TAG: self.content}


def make_key(given: str | None, pipeline_name: str, submission: Submission) -> SubmissionKey:
    """Without a key of the caller, one that nobody else has: then it serves to find a run whose answer was lost. Raises
    Refusal."""
    if given is not None and not (0 < len(given) <= _MOST and given.isprintable() and given.isascii()):
        raise invalid([Problem("Idempotency-Key", f"it is no text of 1 to {_MOST} visible ASCII characters")])
    content = [pipeline_name, submission.experiment_name, dict(submission.parameters), dict(submission.tags),
               submission.description]
    return SubmissionKey(_hash([pipeline_name, given or uuid.uuid4().hex]), _hash(content))


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]
