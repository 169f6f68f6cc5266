"""The ids and tags of runs: what makes a repeated message start no second run, and needs no database. Pure.

A run's id is made of the plan, the task and the notebook. Its tags tell where to report, so that whoever sees the run's
end knows; keys have no dots, because Event Grid cannot filter by those. A notebook may change the tags of its own run,
but not its id: what both do not tell alike leads nowhere.
"""
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from NotebookRuns.requests.plans import GUIDS, Plan, read_plan

MARK, OPEN = "notebook_run", "notebook_open"
"""Tags: the one that all runs of notebooks have, and the one that is true until their pipeline's task has ended."""
CLOSED = {OPEN: "false"}
_PLAN_TAGS = {"url": "notebook_plan_url", "project_id": "notebook_project_id", "hub": "notebook_hub",
              "plan_id": "notebook_plan_id", "job_id": "notebook_job_id", "timeline_id": "notebook_timeline_id",
              "task_id": "notebook_task_id"}
_PATH, _COUNT, _COMMIT, _TEST_RUN = "notebook_path", "notebook_count", "notebook_commit", "notebook_test_run_id"
_DIGITS = 32
_MOST_NAME = 64
_OTHER = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class NotebookRun:
    """What the tags of a run tell. `test_run_id` is that of Azure DevOps, None until it has one; the `commit` is known
    where the message named one."""

    plan: Plan
    project: str
    notebook: str
    test_run_id: int | None
    notebooks_in_plan: int
    commit: str = ""

    @property
    def run_id(self) -> str:
        return run_id_of(self.plan, self.notebook)

    def tags(self) -> dict[str, str]:
        """What `read_tags` reads. No token is in them."""
        return {MARK: "true", OPEN: "true", **{tag: getattr(self.plan, field) for field, tag in _PLAN_TAGS.items()},
                "notebook_project": self.project, _PATH: self.notebook, _COUNT: str(self.notebooks_in_plan),
                **({_TEST_RUN: str(self.test_run_id)} if self.test_run_id is not None else {}),
                **({_COMMIT: self.commit} if self.commit else {})}


def run_id_of(plan: Plan, notebook: str) -> str:
    """Letters, digits, `_` and `-`, as Azure Machine Learning wants them: the notebook's name, a hash of all three."""
    content = "\0".join((plan.plan_id, plan.task_id, notebook)).encode("utf-8", "surrogatepass")  # whatever a tag has
    hashed = hashlib.sha256(content).hexdigest()[:_DIGITS]
    name = _OTHER.sub("-", notebook.rpartition("/")[2].removesuffix(".ipynb")).strip("-")[:_MOST_NAME]
    return "_".join(filter(None, ("notebook", name, hashed)))


def read_tags(run_id: str, tags: Mapping[str, object], hosts: Collection[str] = ()) -> NotebookRun | None:
    """None where the tags are not those of a notebook's run, or not whole, or those of another one, or would lead to
    another host than those of Azure DevOps and the trusted `hosts`."""
    texts = {name: value for name, value in tags.items() if isinstance(value, str)}
    properties = {"PlanUrl": texts.get(_PLAN_TAGS["url"]), "HubName": texts.get(_PLAN_TAGS["hub"]),
                  **{name: texts.get(_PLAN_TAGS[field]) for field, name in GUIDS.items()}}
    problems: list[str] = []
    plan = read_plan(properties, hosts, problems.append)
    try:
        test_run_id = int(texts[_TEST_RUN]) if _TEST_RUN in texts else None
        run = NotebookRun(plan, texts["notebook_project"], texts[_PATH], test_run_id, int(texts[_COUNT]),
                          texts.get(_COMMIT, ""))
    except (KeyError, ValueError):
        return None
    return run if texts.get(MARK) and not problems and run.run_id == run_id else None


def tags_of(plan: Plan) -> dict[str, str]:
    """Those by which the runs of a plan's task are found."""
    return {_PLAN_TAGS["plan_id"]: plan.plan_id, _PLAN_TAGS["task_id"]: plan.task_id}


def is_of(plan: Plan, run_id: str, tags: Mapping[str, object]) -> bool:
    """Whether it is a run of the plan's task, as its id tells."""
    return run_id == run_id_of(plan, notebook_of(tags))


def notebook_of(tags: Mapping[str, object]) -> str:
    """Its path, empty where it is not told."""
    return str(tags.get(_PATH) or "")


def read_count(tags: Mapping[str, object]) -> int:
    """How many notebooks the plan has; 0 where it is not told."""
    count = tags.get(_COUNT)
    return int(count) if isinstance(count, str) and count.isdecimal() else 0


def is_closed(tags: Mapping[str, object]) -> bool:
    return tags.get(OPEN) == CLOSED[OPEN]
