"""What makes two requests one."""
import uuid

import pytest

from PipelineSchedule.keys import make_key
from PipelineSchedule.refusals import Refusal
from PipelineSchedule.submissions import Submission

ASKED = Submission("batch_scoring", {"size": "50"})


def test_the_same_key_of_the_same_pipeline_is_the_same():
    assert make_key("k", "nightly", ASKED) == make_key("k", "nightly", ASKED)
    assert len({make_key(key, name, ASKED).value for key in "kl" for name in "ab"}) == 4


def test_what_was_asked_for_is_told_apart_whatever_its_order():
    first, other = (make_key("k", "nightly", Submission("e", parameters)) for parameters in (
        {"a": "1", "b": "2"}, {"b": "2", "a": "1"}))
    assert first == other
    assert make_key("k", "nightly", Submission("e", {"a": "2"})).content != first.content


def test_without_a_key_nobody_else_has_the_same():
    assert make_key(None, "nightly", ASKED).value != make_key(None, "nightly", ASKED).value


def test_a_service_that_takes_a_uuid_gets_the_same_for_the_same_key():
    first, again = make_key("k", "nightly", ASKED), make_key("k", "nightly", ASKED)
    assert str(uuid.UUID(first.request_id)) == first.request_id == again.request_id


def test_the_key_itself_is_in_no_tag():
    assert not any("ada@example.org" in value for value in make_key("ada@example.org", "nightly", ASKED).tags.values())


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "schlüssel", "\x7f"])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(Refusal) as caught:
        make_key(key, "nightly", ASKED)
    assert (caught.value.status, caught.value.problems[0].field) == (400, "Idempotency-Key")
