"""What became of a notebook, as tags of its run."""
from NotebookRuns.reports.summaries import Summary
from NotebookRuns.runs.outcomes import outcome_tags, read_outcome, was_reported


def test_tags_tell_what_they_were_made_of():
    for summary in (Summary(True, "succeeded: a"), Summary(False, "failed: b\n  Failed: Cell 2")):
        assert was_reported(outcome_tags(summary)) and read_outcome(outcome_tags(summary)) == summary


def test_a_long_text_is_cut_to_what_a_tag_takes():
    assert len(read_outcome(outcome_tags(Summary(True, "x" * 1_000))).text) == 250


def test_a_run_without_them_was_not_reported():
    assert not was_reported({}) and not was_reported({"notebook_result": "maybe"})
    assert read_outcome({}) == Summary(False, "")
