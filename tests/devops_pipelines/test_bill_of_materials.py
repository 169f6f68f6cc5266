"""The bill of materials names every installed package, its license and what it needs, and is valid CycloneDX."""
import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from devops_pipelines.bill_of_materials import describe

METADATA = {
    "Alpha": "Version: 1.0\nLicense-Expression: MIT\n"
             "Requires-Dist: beta_pkg>=2\nRequires-Dist: gamma; extra == 'more'\n",
    "beta.pkg": "Version: 2.1\nClassifier: License :: OSI Approved :: Apache Software License\nLicense: long text\n",
    "gamma": "Version: 3\nLicense: BSD\nRequires-Dist: Alpha; sys_platform == 'win32'\n",
    "delta": "Version: 4\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, metadata in METADATA.items():
        place = tmp_path / f"{name}-1.dist-info"
        place.mkdir()
        (place / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\n{metadata}")
    return tmp_path


def test_every_package_is_named_with_version_and_license(folder):
    components = json.loads(describe(folder, "app"))["components"]
    assert {one["purl"]: [license["license"]["name"] for license in one.get("licenses", [])] for one in components} == {
        "pkg:pypi/alpha@1.0": ["MIT"], "pkg:pypi/beta-pkg@2.1": ["Apache Software License"],
        "pkg:pypi/gamma@3": ["BSD"], "pkg:pypi/delta@4": []}


def test_what_needs_what_is_told(folder):
    needs = {one["ref"]: one.get("dependsOn", []) for one in json.loads(describe(folder, "app"))["dependencies"]}
    assert needs["pkg:pypi/alpha@1.0"] == ["pkg:pypi/beta-pkg@2.1"]
    assert needs["pkg:pypi/gamma@3"] == []
    assert len(needs["app"]) == 4


def test_it_is_valid_and_the_same_each_time(folder):
    text = describe(folder, "app")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert describe(folder, "app") == text


def test_other_packages_have_another_identity(folder, tmp_path):
    before = json.loads(describe(folder, "app"))["serialNumber"]
    (folder / "delta-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.4\nName: delta\nVersion: 5\n")
    assert json.loads(describe(folder, "app"))["serialNumber"] != before
