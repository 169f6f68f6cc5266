"""The compiler has nothing against the Bicep files, and finds what it is configured to find; they hang together."""
import re
import shutil
import sys

import pytest

from tests.environment_setup.bicep import compiler
from tests.environment_setup.bicep.deployed import EVENT_SUBSCRIPTION, FILES, FOLDER, MAIN
from tests.programs import REQUIRED

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
MODULE = re.compile(r"^module \w+ '([\w./]+)'", re.MULTILINE)
# By what is wrong: the file, a text in it, another one in its place, the file that is compiled, and the finding.
MISTAKES = {
    "field of an alert rule": ("alerts.json", '"severity"', '"severeness"', "main.bicep", "severeness"),
    "value of an alert rule": ("alerts.json", '"severity": 1', '"severity": 9', "main.bicep", r"\b9\b"),
    "query of an alert rule": ("modules/alerts.bicep", "queries/late_runs", "queries/later_runs", "main.bicep", "late"),
    "bare type": ("modules/storage.bicep", "containers string[]", "containers array", "main.bicep",
                  "use-user-defined-types"),
    "old API version": ("modules/storage.bicep", "@2026-06-01", "@2023-05-01", "main.bicep", "use-recent-api-versions"),
    "place of a resource": ("modules/storage.bicep", "location: location", "location: 'westeurope'", "main.bicep",
                            "no-hardcoded-location"),
    "name of a property": ("modules/storage.bicep", "accessTier:", "acessTier:", "main.bicep", '"acessTier" is not'),
    "parameter of a module": ("main.bicep", "    workspaceName:", "    workspace:", "main.bicep", '"workspace" is not'),
    "output of a module": ("main.bicep", "!.outputs.appId", "!.outputs.id", "main.bicep", '"id"'),
    "unused variable": ("main.bicep", "var secretName =", "var unused = 1\nvar secretName =", "main.bicep",
                        "no-unused-vars"),
    "secret with a value": ("main.bicep", "Secret string = ''", "Secret string = 'hush'", "main.bicep",
                            "secure-parameter-default"),
    "place that is an expression": ("modules/storage.bicep", "location: location", "location: resourceGroup().location",
                                    "main.bicep", "no-loc-expr-outside-params"),
    "name of a module": ("main.bicep", "'modules/storage.bicep' = {", "'modules/storage.bicep' = {\n  name: 'storage'",
                         "main.bicep", "no-module-name"),
}

OLD_COMPILER = """
import json, sys
length = int(sys.stdin.buffer.readline().partition(b":")[2])
sys.stdin.buffer.readline()
request = json.loads(sys.stdin.buffer.read(length))
answer = json.dumps({"id": request["id"], "result": {"version": "0.30.1"}}).encode()
sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n%b" % (len(answer), answer))
"""


@pytest.fixture(scope="module")
def bicep():
    return compiler.find()


@pytest.fixture(scope="module")
def main(bicep):
    return bicep.compile(MAIN).template


def waits_for(template, name):
    """The modules that are deployed before a module, because it names them or what depends on them."""
    found, left = set(), [name]
    while left:
        before = template["resources"][left.pop()].get("dependsOn", ())
        new = {re.sub(r"^\[format\('(\w+)\[.*", r"\1", one) for one in before} - found
        found |= new
        left.extend(new)
    return found


@each_file
def test_the_compiler_finds_nothing(bicep, path):
    assert bicep.compile(path).findings == ()


@each_file
def test_the_compiler_would_write_it_so(bicep, path):
    assert bicep.formatted(path) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(bicep, tmp_path, mistake):
    name, text, wrong, compiled, finding = MISTAKES[mistake]
    folder = shutil.copytree(FOLDER, tmp_path / "environment_setup", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(FOLDER.parent / "queries", tmp_path / "queries")
    content = (folder / name).read_text(encoding="utf-8")
    assert text in content
    (folder / name).write_text(content.replace(text, wrong), encoding="utf-8")
    found = "\n".join(bicep.compile(folder / compiled).findings)
    assert found and re.search(finding, found), found


def test_what_is_found_because_time_has_passed_stops_no_deployment(bicep, tmp_path):
    """Who deploys has the newest compiler, which knows newer versions of an API than the one of the tests."""
    folder = shutil.copytree(FOLDER, tmp_path / "environment_setup", ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "modules" / "storage.bicep"
    file.write_text(file.read_text(encoding="utf-8").replace("@2026-06-01", "@2023-05-01"), encoding="utf-8")
    compiled = bicep.compile(file)
    assert "use-recent-api-versions" in "".join(compiled.findings)
    assert compiled.template is not None


@pytest.mark.parametrize(("module", "first"), [
    ("functionApp", "storage"),  # its host storage and the container of its package
    ("appSettings", "functionApp"),
    ("appSettings", "applicationInsights"),
    ("appSettings", "keyVault"),  # a reference that cannot be resolved is handed on as it stands
    ("appSettings", "notebookBus"),
    ("notebookBus", "functionApp"),
    ("appSettings", "functionAppRoles"),  # the host starts anew with its settings, and wants its storage
    ("tableRetention", "appSettings"),  # a new workspace of Log Analytics refuses its tables for a while
    ("tableRetention", "applicationInsights"),
    ("machineLearning", "applicationInsights"),
    ("functionAppRoles", "storage"),
    ("deadLetterRoles", "storage"),
    ("runReaders", "machineLearning"),
    ("systemTopics", "machineLearning"),
    ("systemTopics", "knownTopics"),
    ("recordReader", "applicationInsights"),
    ("alerts", "systemTopics"),
    ("alerts", "applicationInsights"),
    ("workbook", "applicationInsights"),
])
def test_what_a_module_reads_is_there_before(main, module, first):
    assert first in waits_for(main, module)


def test_every_module_is_deployed():
    deployed = {(path.parent / name).resolve() for path in FILES for name in MODULE.findall(path.read_text("utf-8"))}
    assert deployed == set((FOLDER / "modules").iterdir())


def test_every_parameter_of_the_infrastructure_is_described(main):
    assert [name for name, one in main["parameters"].items() if not one.get("metadata", {}).get("description")] == []


@each_file
def test_a_secret_is_secure_and_has_no_value(bicep, path):
    for name, one in bicep.compile(path).template.get("parameters", {}).items():
        if re.search("secret$|password|connectionString", name, re.IGNORECASE):
            assert one.get("type") == "securestring"
            assert one.get("defaultValue", "") == ""


def test_nothing_asks_for_keys():
    assert [path.stem for path in FILES if re.search(r"\blistKeys|AccountKey=|SharedAccessKey", path.read_text())] == []


def test_the_event_subscription_takes_outputs_of_the_infrastructure(bicep, main):
    taken = bicep.compile(EVENT_SUBSCRIPTION).template["parameters"]
    assert {name: one["type"] for name, one in taken.items()} == {
        name: main["outputs"][name]["type"] for name in taken}


def test_continuous_integration_has_the_version():
    steps = (FOLDER.parent / "devops_pipelines" / "ci.yml").read_text(encoding="utf-8")
    assert f"az bicep install --version v{compiler.VERSION}\n" in steps


def test_another_version_is_as_good_as_none(monkeypatch, tmp_path):
    stand_in = tmp_path / "bicep"
    stand_in.write_text(f"#!{sys.executable}\n" + OLD_COMPILER)
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="for want of bicep"):
        compiler.find.__wrapped__()


def test_without_the_compiler_the_tests_are_skipped_and_say_how_to_get_it(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match="for want of bicep.*on the PATH"):
        compiler.find.__wrapped__()
