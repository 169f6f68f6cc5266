"""Who may import whom in the function app: the arrows of docs/architecture.md, read from the code."""
import ast
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
MODULES = sorted(file for file in SOURCE.rglob("*.py") if file.name != "__init__.py")

# Each room may use itself and what stands behind its name; all may use `statuses`.
MONITOR, SCHEDULE, NOTEBOOKS = "PipelineRunMonitor", "PipelineSchedule", "NotebookRuns"
ARROWS = {
    "command_ending": set(),
    "redaction": {"command_ending"},
    "azure_access": {"redaction"},
    f"{MONITOR}.statuses": set(),
    f"{MONITOR}.events": {"azure_access", "redaction"},
    f"{MONITOR}.runs": {f"{MONITOR}.events", f"{MONITOR}.settings", "azure_access", "redaction"},
    f"{MONITOR}.records": {f"{MONITOR}.events", f"{MONITOR}.runs", "azure_access", "redaction"},
    f"{MONITOR}.otlp_settings": {"azure_access"},
    f"{MONITOR}.settings": {f"{MONITOR}.otlp_settings", "azure_access", "redaction"},
    f"{MONITOR}.stores": {f"{MONITOR}.{room}" for room in ("records", "settings", "otlp_settings")}
    | {"azure_access", "redaction"},
    f"{MONITOR}.missing_runs": {f"{MONITOR}.{room}" for room in ("events", "runs", "records", "stores", "settings")}
    | {"azure_access", "redaction"},
    f"{MONITOR}.monitor": {f"{MONITOR}.{room}" for room in ("events", "runs", "records", "stores", "settings")}
    | {"azure_access", "redaction"},
    f"{MONITOR}.pipeline_run_monitor": {f"{MONITOR}.{room}" for room in ("monitor", "runs", "stores", "settings")}
    | {"azure_access"},
    f"{MONITOR}.backfill": {f"{MONITOR}.missing_runs", "command_ending"},
    f"{MONITOR}.run_outcome": {f"{MONITOR}.{room}" for room in ("events", "runs", "records", "settings")}
    | {"azure_access", "redaction"},
    f"{MONITOR}.notebook_results": {f"{MONITOR}.{room}" for room in ("records", "stores", "settings")}
    | {"azure_access", "redaction"},
    SCHEDULE: {"azure_access", "command_ending", "redaction"},
    NOTEBOOKS: {"azure_access", "redaction"},
    "function_app": {f"{MONITOR}.pipeline_run_monitor", f"{MONITOR}.missing_runs", f"{MONITOR}.run_outcome",
                     f"{MONITOR}.notebook_results", SCHEDULE,
                     NOTEBOOKS},
}
# Of what another room has, only what it hands on: the records are made of a snapshot, not of how it was read.
HANDED_ON = {f"{MONITOR}.runs": {f"{MONITOR}.records": {f"{MONITOR}.runs.snapshots"}}}
ONLY_IMPORTERS = {"azureml": {"runs/azureml_services.py"}, "opencensus": {"stores/opencensus_items.py"},
                  "opentelemetry": {"stores/opentelemetry_data.py", "stores/opentelemetry_items.py",
                                    "stores/otlp/encoding.py"}}


def module_of(file):
    return ".".join(file.relative_to(SOURCE).with_suffix("").parts)


def imports_of(file):
    return set(find_imports(file.read_text("utf-8"), module_of(file)))


def find_imports(text, module):
    """Absolute names of the modules that a module's text imports, wherever in it: `from . import a` is the module a."""
    package = module.split(".")[:-1]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[:len(package) - node.level + 1], *filter(None, [node.module])]) if node.level \
                else node.module
            yield from (f"{base}.{alias.name}" if is_module(f"{base}.{alias.name}") else base for alias in node.names)


def is_module(name):
    path = SOURCE.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or path.is_dir()


def room_of(module):
    """The room of a module of the app; None for a module of somebody else."""
    return next((room for room in ARROWS if f"{module}.".startswith(f"{room}.")), None)


@pytest.mark.parametrize("file", MODULES, ids=module_of)
def test_arrows_go_one_way(file):
    own = room_of(module_of(file))
    assert own, f"{module_of(file)} stands in no room"
    for module in imports_of(file):
        room = room_of(module)
        assert room in {None, own, f"{MONITOR}.statuses"} | ARROWS[own], f"{own} must not know {module}"
        allowed = HANDED_ON.get(room, {}).get(own)
        assert allowed is None or module in allowed, f"{own} may know {allowed}, not {module}"


@pytest.mark.parametrize("package", ONLY_IMPORTERS)
def test_nobody_else_imports(package):
    importers = {file.relative_to(SOURCE / MONITOR).as_posix() for file in MODULES
                 if any(package in name.split(".") for name in imports_of(file))}
    assert importers == ONLY_IMPORTERS[package]


@pytest.mark.parametrize("file", MODULES, ids=module_of)
def test_a_module_needs_nothing_beside_the_app(file):
    """src is deployed alone."""
    beside = {path.stem for path in SOURCE.parent.iterdir() if path.is_dir() or path.suffix == ".py"} - {"src"}
    assert not {name.split(".")[0] for name in imports_of(file)} & beside - set(sys.stdlib_module_names)


@pytest.mark.parametrize("text, found", [
    ("import a.b", {"a.b"}), ("from azure_access import errors", {"azure_access.errors"}),
    ("from ..records.record import Record", {f"{MONITOR}.records.record"}),
    ("from . import sinks", {f"{MONITOR}.stores.sinks"}), ("from .. import statuses", {f"{MONITOR}.statuses"}),
    ("def f():\n    from .opening import open_sink", {f"{MONITOR}.stores.opening"}),
])
def test_imports_are_found(text, found):
    assert set(find_imports(text, f"{MONITOR}.stores.imagined")) == found
