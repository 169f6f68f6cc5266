"""The setting that says which pipelines may be started."""
import pytest

from azure_access.errors import SettingsError
from PipelineSchedule.pipelines import BatchEndpoint, PipelineEndpoint, PublishedPipeline, parse_pipelines

ID = "11111111-1111-1111-1111-11111111111a"


def test_each_kind_is_read():
    assert parse_pipelines(f"nightly=published:{ID}, scoring = endpoint:{ID}@3 ,latest=endpoint:{ID},"
                           "new=batch:scoring-endpoint@blue,default=batch:scoring-endpoint,") == {
        "nightly": PublishedPipeline(ID), "scoring": PipelineEndpoint(ID, "3"), "latest": PipelineEndpoint(ID),
        "new": BatchEndpoint("scoring-endpoint", "blue"), "default": BatchEndpoint("scoring-endpoint")}


def test_none_is_none():
    assert parse_pipelines(" ") == {}


@pytest.mark.parametrize(("value", "said"), [
    ("nightly", "has 'nightly', and it has no ="),
    (f"nightly={ID}", "has no = with a kind"),
    (f"nightly=pipeline:{ID}", "the kind is none of published, endpoint and batch"),
    ("nightly=published:first", "the id is no GUID"),
    (f"nightly=published:{ID}@3", "no version and no deployment"),
    (f"nightly=endpoint:{ID}@", "no version and no deployment"),
    (f"nightly=endpoint:{ID}@3/../4", "no version and no deployment"),
    ("nightly=batch:a/b", "no name of a batch endpoint"),
    (f"n/x=published:{ID}", "a name is of letters"),
    (f"=published:{ID}", "a name is of letters"),
    (f"nightly=published:{ID},nightly=batch:b", "nightly stands there twice"),
])
def test_what_is_wrong_is_named_with_what_to_put_there(value, said):
    with pytest.raises(SettingsError, match=said) as caught:
        parse_pipelines(value)
    assert str(caught.value).startswith("SUBMITTABLE_PIPELINES has ")
    assert "put name=published:ID" in str(caught.value)
