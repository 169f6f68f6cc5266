import pytest

from local_azure.application_insights.fields import Fields, InvalidItemError


def refusal(read):
    with pytest.raises(InvalidItemError) as raised:
        read()
    return str(raised.value)


def test_a_text_may_be_as_long_as_its_limit_but_no_longer():
    assert Fields("MessageData", {"message": "x" * 32_768}).text("message", 32_768) == "x" * 32_768
    assert refusal(lambda: Fields("MessageData", {"message": "x" * 40_000}).text("message", 32_768)) == (
        "100: Field 'message' on type 'MessageData' is too long. Expected: 32768 characters, Actual: 40000"
    )


def test_characters_are_counted_as_utf_16_code_units():
    assert "Actual: 4" in refusal(lambda: Fields("T", {"name": "😀😀"}).text("name", 3))
    assert Fields("T", {"name": "ßßß"}).text("name", 3) == "ßßß"


@pytest.mark.parametrize("values", [{}, {"responseCode": None}, {"responseCode": ""}])
def test_a_required_text_must_not_be_empty(values):
    assert refusal(lambda: Fields("RequestData", values).text("responseCode", 1024, required=True)) == (
        "109: Field 'responseCode' on type 'RequestData' is required but missing or empty. Expected: string, Actual: "
    )


@pytest.mark.parametrize("value", [True, "5", float("nan"), float("inf"), 10**400, []])
def test_a_number_is_a_finite_json_number(value):
    assert "106: Field 'value' on type 'DataPoint' is of incorrect type" in refusal(
        lambda: Fields("DataPoint", {"value": value}).real("value"))


@pytest.mark.parametrize("value", [-1, 2**31])
def test_a_count_fits_an_int(value):
    assert "Expected: int" in refusal(lambda: Fields("DataPoint", {"count": value}).count("count"))


@pytest.mark.parametrize("sent, level", [(0, 0), (4, 4), ("1", 1), ("Error", 3), ("verbose", 0), (None, None)])
def test_a_severity_is_a_number_or_a_name(sent, level):
    assert Fields("MessageData", {"severityLevel": sent}).severity_level() == level


@pytest.mark.parametrize("span, milliseconds", [
    ("0.00:00:01.234", 1_234.0), ("00:00:00.0000001", 0.0001), ("1.02:03:04", 93_784_000.0),
])
def test_a_duration_is_a_time_span_in_milliseconds(span, milliseconds):
    assert Fields("RequestData", {"duration": span}).duration_ms() == milliseconds


@pytest.mark.parametrize("span", ["12", "1 second", "00:00"])
def test_another_duration_is_refused(span):
    assert "106: Field 'duration' on type 'RequestData'" in refusal(
        lambda: Fields("RequestData", {"duration": span}).duration_ms())


@pytest.mark.parametrize("text", [
    "2022-10-05T18:06:43.9584103Z", "2022-10-05T20:06:43.958410+02:00", "2022-10-05T18:06:43.958410",
])
def test_a_time_is_utc_whatever_its_offset(text):
    assert Fields("Envelope", {"time": text}).time("time").isoformat() == "2022-10-05T18:06:43.958410+00:00"


def test_a_time_that_is_none_is_refused():
    assert refusal(lambda: Fields("Envelope", {"time": "fake"}).time("time")) == (
        "102: Field 'time' on type 'Envelope' is not a valid time string. Expected: date, Actual: fake"
    )


def test_a_refusal_can_be_written_in_any_encoding():
    assert refusal(lambda: Fields("Envelope", {"time": "\ud800"}).time("time")).endswith("Actual: \ufffd")


def test_dimensions_are_strings_and_nulls_are_left_out():
    sent = {"text": "ü", "number": 5, "real": 0.5, "truth": True, "nothing": None, "list": [1, "a"]}
    assert Fields("MessageData", {"properties": sent}).custom_dimensions() == {
        "text": "ü", "number": "5", "real": "0.5", "truth": "true", "list": '[1, "a"]'}


def test_dimensions_have_limits_for_names_and_values():
    Fields("MessageData", {"properties": {"k" * 150: "v" * 8_192}}).custom_dimensions()
    assert "Expected: 150 characters, Actual: 151" in refusal(
        lambda: Fields("MessageData", {"properties": {"k" * 151: "v"}}).custom_dimensions())
    too_long = Fields("MessageData", {"properties": {"error_message": "v" * 8_193}})
    assert refusal(too_long.custom_dimensions) == (
        "100: Field 'properties.error_message' on type 'MessageData' is too long."
        " Expected: 8192 characters, Actual: 8193"
    )


@pytest.mark.parametrize("values", [{"properties": ["a"]}, {"properties": "a"}])
def test_properties_must_be_an_object(values):
    assert "106: Field 'properties'" in refusal(lambda: Fields("MessageData", values).custom_dimensions())


def test_measurements_are_numbers():
    assert Fields("EventData", {"measurements": {"m": 1}}).custom_measurements() == '{"m": 1.0}'
    assert Fields("EventData", {}).custom_measurements() is None
    assert "106: Field 'm'" in refusal(lambda: Fields("EventData", {"measurements": {"m": "1"}}).custom_measurements())
