"""What became of a notebook, as tags of its run."""
from NotebookRuns.reports.summaries import Summary
from NotebookRuns.runs.outcomes import outcome_tags, read_outcome, was_reported


def test_tags_tell_what_they_were_made_of():
    for summary in (Summary(True, "succeeded: a"), Summary(False, "failed: b\n  Failed: Cell 2")):
        assert was_reported(outcome_tags(summary)) and read_outcome(outcome_tags(summary)) == summary


def test_a_long_text_is_cut_to_what_its_tags_take():
    tags = outcome_tags(Summary(True, "".join(map(str, range(900)))))
    assert {len(value) for name, value in tags.items() if "summary" in name} == {250} and len(tags) == 5
    read = read_outcome(tags).text
    assert (len(read), read[:12], read[-1]) == (1_000, "012345678910", "…")


def test_a_run_without_them_was_not_reported():
    assert not was_reported({}) and not was_reported({"notebook_result": "maybe"})
    assert read_outcome({}) == Summary(False, "")
