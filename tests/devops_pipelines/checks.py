"""What the language service does not see: names in a pipeline that lead nowhere.

A check takes a pipeline whose templates are put in (expansion.py) and yields a line for each problem.
"""
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from tests.devops_pipelines.expansion import parsed

PREDEFINED = ("Agent.", "Build.", "Common.", "Pipeline.", "System.", "resources.pipeline.")

_MACRO = re.compile(r"\$\(([\w.]+)\)")
_SET = re.compile(r"task\.setvariable variable=(\w+)")
_FILE = re.compile(r"(?:devops_pipelines|environment_setup|samples|src|tests|\.ci)/[\w./*-]*\w")
_MODULE = re.compile(r"python3? -m (devops_pipelines[\w.]*)")


def texts(node: Any) -> Iterator[str]:
    """Every text in a pipeline."""
    if isinstance(node, str):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from texts(child)


def parts(node: Any, *kinds: str) -> Iterator[dict[str, Any]]:
    """Every part of a pipeline that is of one of the kinds, such as `job` or `task`, in their order."""
    if isinstance(node, dict) and any(kind in node for kind in kinds):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from parts(child, *kinds)


def used_variables(pipeline: dict[str, Any]) -> set[str]:
    """The variables that somebody has to define: neither predefined by Azure Pipelines nor the job's own, nor set
    before by a step of the same job, which is as far as such a variable goes."""
    used: set[str] = set()
    for job in parts(pipeline, "job", "deployment"):
        known = set(job.get("variables") or {})
        for text in texts(job):
            used |= {name for name in _MACRO.findall(text) if name not in known and not name.startswith(PREDEFINED)}
            known |= set(_SET.findall(text))
    return used


def undocumented_variables(pipeline: dict[str, Any], documented: Collection[str]) -> Iterator[str]:
    for name in sorted(used_variables(pipeline) - set(documented)):
        yield f"the variable {name} is not documented"


def broken_dependencies(pipeline: dict[str, Any]) -> Iterator[str]:
    """Stages and jobs that wait for one that is not there, or stands later."""
    stages = pipeline.get("stages", [])
    jobs = [pipeline.get("jobs", []), *(stage["jobs"] for stage in stages)]
    for siblings, kind in [(stages, "stage"), *((one, "job") for one in jobs)]:
        before: set[str] = set()
        for one in siblings:
            name = one.get(kind) or one["deployment"]
            wanted = one.get("dependsOn", [])
            for other in [wanted] if isinstance(wanted, str) else wanted:
                if other not in before:
                    yield f"{name} depends on {other}, which is no {kind} before it"
            if name in before:
                yield f"there are two of the {kind} {name}"
            before.add(name)


def unused_parameters(text: str) -> Iterator[str]:
    """Parameters that a pipeline or a template declares and does nothing with."""
    for parameter in parsed(text).get("parameters", []):
        if not re.search(rf"\$\{{\{{[^}}]*\bparameters\.{parameter['name']}\b", text):
            yield f"the parameter {parameter['name']} is used nowhere"


def missing_files(pipeline: dict[str, Any], repository: Path) -> Iterator[str]:
    for text in texts(pipeline):
        for path in _FILE.findall(text):
            if not any(repository.glob(path)):
                yield f"there is no {path}"
        for module in _MODULE.findall(text):
            if not (repository / f"{module.replace('.', '/')}.py").is_file():
                yield f"there is no module {module}"


def missing_artifacts(pipeline: dict[str, Any]) -> Iterator[str]:
    published: set[str] = set()
    for step in parts(pipeline, "publish", "download"):
        if "publish" in step:
            published.add(step["artifact"])
        if "download" in step and step["artifact"] not in published:
            yield f"nobody published the artifact {step['artifact']} before"
