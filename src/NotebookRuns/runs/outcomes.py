"""What became of a notebook, as tags of its run: what the end of its plan is made of, and that it was told. Pure."""
from collections.abc import Mapping

from NotebookRuns.reports.summaries import Summary
from NotebookRuns.reports.texts import first_of

RESULT, SUMMARY = "notebook_result", "notebook_summary"
SUCCEEDED, FAILED = "succeeded", "failed"
_MOST_CHARACTERS = 250  # of a tag, which every service takes


def outcome_tags(summary: Summary) -> dict[str, str]:
    return {RESULT: SUCCEEDED if summary.succeeded else FAILED, SUMMARY: first_of(summary.text, _MOST_CHARACTERS)}


def was_reported(tags: Mapping[str, object]) -> bool:
    return tags.get(RESULT) in (SUCCEEDED, FAILED)


def read_outcome(tags: Mapping[str, object]) -> Summary:
    return Summary(tags.get(RESULT) == SUCCEEDED, str(tags.get(SUMMARY) or ""))
