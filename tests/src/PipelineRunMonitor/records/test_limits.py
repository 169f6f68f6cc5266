"""What dimensions take together."""
import json

import pytest

from PipelineRunMonitor.records.limits import count_bytes


@pytest.mark.parametrize("values", [
    {}, {"a": ""}, {"": "", "b": "plain"}, {"é": '"\\\n\x01\u2028', "run_id": "\U0001f600"},
    {"a": "\ud83d", "\ude00": "x"}])
def test_names_and_values_are_counted_as_json_writes_each(values):
    written = [json.dumps(text, ensure_ascii=False) for name, value in values.items() for text in (name, value)]
    assert count_bytes(values) == sum(len(text.encode("utf-8", "surrogatepass")) for text in written)
