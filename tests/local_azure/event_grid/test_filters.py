"""What the filters of a subscription let through: every row of Microsoft's page on event filtering."""
import pytest

from local_azure.event_grid.filters import AdvancedFilter, EventFilter

BODY = {
    "id": "1", "subject": "/blobServices/default/containers/Photos/blobs/log.JPG", "eventType": "Happened",
    "data": {"counter": 5, "isEnabled": True, "key1": "Azure Data Factory", "null": None, "numbers": [5, 41],
             "texts": ["azure", 7, None], "flags": [False], "empty": [], "deep": {"action": "Started"},
             "objects": [{"a": 1}], "numeric text": "5"}}


def passes(operator, key, *values, arrays=True):
    declared = {"operatorType": operator, "key": key, **({"values": list(values)} if values else {})}
    found = EventFilter.of_template({"enableAdvancedFilteringOnArrays": arrays, "advancedFilters": [declared]})
    return found.refusal(BODY) is None


@pytest.mark.parametrize(("operator", "values", "counter", "numbers"), [
    ("NumberIn", [5, 1], True, True), ("NumberIn", [6], False, False), ("NumberIn", [5.0], True, True),
    ("NumberNotIn", [41, 0], True, False), ("NumberNotIn", [5], False, False), ("NumberNotIn", [6], True, True),
    ("NumberLessThan", [100], True, True), ("NumberLessThan", [5], False, False),
    ("NumberGreaterThan", [20], False, True), ("NumberGreaterThan", [5], False, True),
    ("NumberLessThanOrEquals", [5], True, True), ("NumberLessThanOrEquals", [4.9], False, False),
    ("NumberGreaterThanOrEquals", [5], True, True), ("NumberGreaterThanOrEquals", [41.5], False, False),
    ("NumberInRange", [[3.14, 5], [3000, 4000]], True, True), ("NumberInRange", [[6, 40]], False, False),
    ("NumberNotInRange", [[3.14, 5]], False, False), ("NumberNotInRange", [[6, 40], [42, 43]], True, True)])
def test_numbers(operator, values, counter, numbers):
    assert (passes(operator, "data.counter", *values), passes(operator, "data.numbers", *values)) == (counter, numbers)


@pytest.mark.parametrize(("operator", "values", "key1", "texts"), [
    ("StringContains", ["microsoft", "DATA"], True, False), ("StringContains", ["ZUR"], True, True),
    ("StringNotContains", ["contoso", "factory"], False, True), ("StringNotContains", ["contoso"], True, True),
    ("StringBeginsWith", ["event", "azure"], True, True), ("StringBeginsWith", ["data"], False, False),
    ("StringNotBeginsWith", ["azure"], False, False), ("StringNotBeginsWith", ["event", "message"], True, True),
    ("StringEndsWith", ["jpg", "FACTORY"], True, False), ("StringEndsWith", ["jpg"], False, False),
    ("StringNotEndsWith", ["factory"], False, True), ("StringNotEndsWith", ["jpg"], True, True),
    ("StringIn", ["azure data factory", "aws"], True, False), ("StringIn", ["azure"], False, True),
    ("StringNotIn", ["aws", "AZURE DATA FACTORY"], False, True), ("StringNotIn", ["azure"], True, False)])
def test_texts_whatever_their_case(operator, values, key1, texts):
    assert (passes(operator, "data.key1", *values), passes(operator, "data.texts", *values)) == (key1, texts)


@pytest.mark.parametrize(("key", "value", "expected"), [
    ("data.isEnabled", True, True), ("data.isEnabled", False, False), ("data.flags", False, True),
    ("data.flags", True, False), ("data.counter", True, False)])
def test_booleans(key, value, expected):
    assert passes("BoolEquals", key, value) is expected


@pytest.mark.parametrize(("key", "is_null"), [
    ("data.null", True), ("data.missing", True), ("data.missing.deeper", True), ("data.counter.deeper", True),
    ("data.counter", False), ("data.empty", False), ("data.objects", False)])
@pytest.mark.parametrize("arrays", [True, False])
def test_presence(key, is_null, arrays):
    assert passes("IsNullOrUndefined", key, arrays=arrays) is is_null
    assert passes("IsNotNull", key, arrays=arrays) is not is_null


@pytest.mark.parametrize("key", ["data.missing", "data.null"])
@pytest.mark.parametrize(("operator", "value", "expected"), [
    ("NumberGreaterThan", 1, False), ("NumberGreaterThanOrEquals", 1, False), ("NumberLessThan", 1, False),
    ("NumberLessThanOrEquals", 1, False), ("NumberIn", 1, False), ("BoolEquals", True, False),
    ("StringContains", "a", False), ("StringNotContains", "a", False), ("StringBeginsWith", "a", False),
    ("StringNotBeginsWith", "a", False), ("StringEndsWith", "a", False), ("StringNotEndsWith", "a", False),
    ("StringIn", "a", False), ("NumberInRange", [1, 2], False), ("NumberNotInRange", [1, 2], False),
    ("NumberNotIn", 1, True), ("StringNotIn", "a", True)])
def test_an_event_without_the_key(key, operator, value, expected):
    assert passes(operator, key, value) is expected


@pytest.mark.parametrize(("operator", "value", "expected"), [
    ("StringIn", "5", False), ("StringNotIn", "5", True), ("StringNotContains", "5", True)])
def test_a_value_of_another_type_is_ignored(operator, value, expected):
    assert passes(operator, "data.counter", value) is expected


@pytest.mark.parametrize(("operator", "value"), [("NumberIn", 5), ("NumberNotIn", 6), ("StringNotIn", "b")])
def test_arrays_are_filtered_only_where_that_is_asked_for(operator, value):
    assert passes(operator, "data.numbers", value)
    assert not passes(operator, "data.numbers", value, arrays=False)


@pytest.mark.parametrize(("key", "expected"), [
    ("Subject", True), ("SUBJECT", True), ("Data.key1", False), ("data.deep.action", False),
    ("data.numeric text", False)])
def test_keys_name_attributes_in_any_case_and_data_with_dots(key, expected):
    assert passes("StringBeginsWith", key, "/blobServices/") is expected
    assert passes("IsNotNull", key)


def test_keys_of_the_data_are_written_as_the_event_writes_them():
    assert not passes("IsNotNull", "data.Key1")


def test_every_filter_has_to_hold_and_one_value_of_each_is_enough():
    contains = {"operatorType": "StringContains", "key": "Subject", "values": ["unheard of", "/containers/photos/"]}
    less = {"operatorType": "NumberLessThan", "key": "data.counter", "value": 5}
    assert EventFilter.of_template({"advancedFilters": [contains]}).refusal(BODY) is None
    assert EventFilter.of_template({"advancedFilters": [contains, less]}).refusal(BODY) == (
        "has a filter NumberLessThan for data.counter, which is 5")


@pytest.mark.parametrize(("declared", "refusal"), [
    ({}, None), ({"includedEventTypes": None, "advancedFilters": None, "subjectBeginsWith": None}, None),
    ({"includedEventTypes": ["All"]}, None), ({"includedEventTypes": ["A.Happened", "Happened"]}, None),
    ({"includedEventTypes": ["A.Other"]}, "asks for Other alone"),
    ({"subjectBeginsWith": "/blobservices/DEFAULT/", "subjectEndsWith": ".jpg"}, None),
    ({"subjectBeginsWith": "/blobServices/default/", "isSubjectCaseSensitive": True}, None),
    ({"subjectBeginsWith": "/blobservices/", "isSubjectCaseSensitive": True},
     "asks for subjects that begin with /blobservices/"),
    ({"subjectEndsWith": ".jpg", "isSubjectCaseSensitive": True}, "asks for subjects that end with .jpg")])
def test_event_types_and_subjects(declared, refusal):
    assert EventFilter.of_template(declared).refusal(BODY) == refusal


def test_event_types_and_attributes_of_a_cloud_event():
    body = {"specversion": "1.0", "id": "1", "source": "/here", "type": "Happened", "data": {}}
    source = {"operatorType": "StringIn", "key": "source", "values": ["/HERE"]}
    found = EventFilter.of_template({"includedEventTypes": ["Happened"], "advancedFilters": [source]})
    assert found.refusal(body) is None
    assert found.refusal(body | {"type": "Other"}) == "asks for Happened alone"


@pytest.mark.parametrize(("operator", "key", "values", "problem"), [
    ("StringMatches", "data.a", ["a"], "is no operator"), ("StringIn", "", ["a"], "needs a key"),
    ("StringIn", "data.a", [], "takes values"), ("NumberLessThan", "data.a", [1, 2], "takes one value"),
    ("BoolEquals", "data.a", ["true"], "does not take 'true'"), ("NumberIn", "data.a", [True], "does not take True"),
    ("NumberIn", "data.a", ["1"], "does not take '1'"), ("NumberInRange", "data.a", [1, 2], "does not take 1"),
    ("NumberInRange", "data.a", [[1, 2, 3]], "does not take"), ("StringIn", "data.a", [1], "does not take 1"),
    ("IsNotNull", "data.a", ["a"], "takes no values"), ("StringIn", "data.a", ["a" * 513], "more than 512 characters")])
def test_filters_that_azure_refuses(operator, key, values, problem):
    with pytest.raises(ValueError, match=problem):
        AdvancedFilter.of_template({"operatorType": operator, "key": key, "values": values})


@pytest.mark.parametrize(("filters", "values", "problem"), [
    (25, 1, None), (26, 0, "25 advanced filters at most, not 26"), (1, 25, None), (2, 13, "25 values at most, not 26")])
def test_the_limits_of_a_subscription(filters, values, problem):
    operator = "StringIn" if values else "IsNotNull"
    advanced = (AdvancedFilter(operator, "data.a", tuple("a" * values)),) * filters
    if problem:
        with pytest.raises(ValueError, match=problem):
            EventFilter(advanced=advanced)
    else:
        EventFilter(advanced=advanced)
