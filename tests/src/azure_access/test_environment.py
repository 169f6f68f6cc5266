import pytest

from azure_access.environment import quote, reader
from azure_access.errors import SettingsError

NAMES = {"WORKSPACE": ("AML_WORKSPACE", "OLD_WORKSPACE"), "STORE": ()}


@pytest.mark.parametrize("environment, found", [
    ({}, None),
    ({"WORKSPACE": " w "}, "w"),
    ({"OLD_WORKSPACE": "old", "AML_WORKSPACE": "other"}, "other"),
    ({"WORKSPACE": " ", "OLD_WORKSPACE": "old"}, "old"),
])
def test_the_first_name_with_a_value_counts(environment, found):
    assert reader(environment, NAMES)("WORKSPACE") == found


def test_a_key_vault_reference_that_is_not_resolved_is_an_error_that_names_the_setting():
    reference = "@Microsoft.KeyVault(VaultName=vault;SecretName=workspace)"
    with pytest.raises(SettingsError, match="^AML_WORKSPACE is a Key Vault reference .* role Key Vault Secrets User"):
        reader({"AML_WORKSPACE": reference}, NAMES)("WORKSPACE")


def test_a_name_that_is_no_setting_is_a_mistake_of_the_code():
    with pytest.raises(KeyError):
        reader({"OTHER": "x"}, NAMES)("OTHER")


@pytest.mark.parametrize("value, quoted", [
    ("maybe", "'maybe'"), ("/subscriptions/s/resourceGroups/g/x", "'/subscriptions/s/resourceGroups/g/x'"),
    ("q" * 88, "a text of 88 characters"), ("two\nlines", r"'two\nlines'")])
def test_a_long_value_is_not_quoted(value, quoted):
    assert quote(value) == quoted
