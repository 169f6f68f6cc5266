"""The Bicep files hang together: they parse, use what they declare, and give modules what these take."""
import json
import re

import pytest

from tests.environment_setup.bicep.samples import EVENT_SUBSCRIPTION, FILES, FOLDER, MAIN
from tests.environment_setup.bicep.syntax import descendants, faults, parse, parts_of, read, text_of

each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def used_names(root):
    """The texts of identifiers that neither declare a name nor are a key."""
    return {text_of(node) for node in descendants(root) if node.type == "identifier" and not (
        parts_of(node.parent)[0] == node
        and (node.parent.type.endswith("_declaration") or node.parent.type == "object_property"))}


def modules_of(path):
    """Name, file, and given parameters of each module that a file deploys."""
    for name, declaration in read(path).of_kind("module").items():
        body = next(node for node in descendants(declaration.parts[1]) if node.type == "object")
        values = {text_of(key): value for key, value in map(parts_of, parts_of(body))}
        yield name, path.parent / text_of(declaration.parts[0]).strip("'"), {
            text_of(parts_of(one)[0]) for one in parts_of(values["params"])}


def waits_for(file, name):
    """The modules that are deployed before a module, because it names them or what depends on them."""
    declared = set(file.of_kind("module")) | set(file.of_kind("var"))
    found, left = set(), [name]
    while left:
        parts = file.declarations[left.pop()].parts
        new = {one for part in parts for one in used_names(part)} & declared - found
        found |= new
        left.extend(new)
    return found & set(file.of_kind("module"))


def parameters_of(path):
    """What a template takes, and what of it has to be given."""
    if path.suffix == ".json":
        taken = json.loads(path.read_text(encoding="utf-8"))["parameters"]
        return set(taken), {name for name, one in taken.items() if "defaultValue" not in one}
    taken = read(path).of_kind("param")
    return set(taken), {name for name, one in taken.items() if one.is_required}


@each_file
def test_file_parses(path):
    assert faults(read(path).root) == []


@pytest.mark.parametrize("text", ["var a = [", "resource x = {}", "param a string = {\n  b: \n}"])
def test_what_is_no_bicep_is_found(text):
    assert faults(parse(text)) != []


@each_file
def test_everything_declared_is_used(path):
    file = read(path)
    declared = set(file.of_kind("param")) | set(file.of_kind("var"))
    assert declared - used_names(file.root) == set()


@each_file
def test_modules_get_what_they_take(path):
    for name, target, given in modules_of(path):
        taken, required = parameters_of(target)
        assert required <= given <= taken, name


@each_file
def test_outputs_of_modules_exist(path):
    targets = {name: target for name, target, _ in modules_of(path)}
    for name, output in re.findall(r"\b(\w+)(?:\[\w+\])?\.outputs\.(\w+)", path.read_text(encoding="utf-8")):
        assert output in read(targets[name]).outputs


@pytest.mark.parametrize(("module", "first"), [
    ("functionApp", "storage"),  # its host storage and the container of its package
    ("functionApp", "applicationInsights"),
    ("component", "applicationInsights"),
    ("machineLearning", "applicationInsights"),
    ("functionAppRoles", "storage"),
    ("deadLetterRoles", "storage"),
    ("runReaders", "machineLearning"),
    ("systemTopics", "machineLearning"),
    ("recordReader", "applicationInsights"),
    ("alerts", "systemTopics"),
    ("alerts", "applicationInsights"),
    ("workbook", "applicationInsights"),
])
def test_what_a_module_reads_is_there_before(module, first):
    assert first in waits_for(read(MAIN), module)


def test_every_module_is_deployed():
    deployed = {target.resolve() for path in FILES for _, target, _ in modules_of(path)}
    assert deployed == set((FOLDER / "modules").iterdir())


def test_every_parameter_of_the_infrastructure_is_described():
    assert [name for name, one in read(MAIN).of_kind("param").items() if "description" not in one.decorators] == []


@each_file
def test_a_secret_is_secure_and_has_no_value(path):
    for name, one in read(path).of_kind("param").items():
        if re.search("secret$|password", name, re.IGNORECASE):
            assert "secure" in one.decorators
            assert one.is_required or text_of(one.parts[1]) == "''"


def test_nothing_asks_for_keys():
    assert [path.stem for path in FILES if re.search(r"\blistKeys|AccountKey=|SharedAccessKey", path.read_text())] == []


def test_the_event_subscription_takes_outputs_of_the_infrastructure():
    assert parameters_of(EVENT_SUBSCRIPTION)[1] <= set(read(MAIN).outputs)
