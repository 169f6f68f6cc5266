"""What became of a notebook, as tags of its run: what the end of its plan is made of, and that it was told. Pure."""
from collections.abc import Mapping

from NotebookRuns.reports.summaries import Summary
from NotebookRuns.reports.texts import first_of

RESULT = "notebook_result"
SUMMARIES = ("notebook_summary", *(f"notebook_summary_{number}" for number in range(2, 5)))
"""As many as the text needs, one after the other."""
SUCCEEDED, FAILED = "succeeded", "failed"
_MOST_CHARACTERS = 250  # of a tag, which every service takes


def outcome_tags(summary: Summary) -> dict[str, str]:
    text = first_of(summary.text, _MOST_CHARACTERS * len(SUMMARIES))
    parts = [text[start:start + _MOST_CHARACTERS] for start in range(0, len(text), _MOST_CHARACTERS)]
    return {RESULT: SUCCEEDED if summary.succeeded else FAILED, **dict(zip(SUMMARIES, parts))}


def was_reported(tags: Mapping[str, object]) -> bool:
    return tags.get(RESULT) in (SUCCEEDED, FAILED)


def read_outcome(tags: Mapping[str, object]) -> Summary:
    return Summary(tags.get(RESULT) == SUCCEEDED, "".join(str(tags.get(name) or "") for name in SUMMARIES))
