"""What is to be run for a message: each notebook with what it needs and what goes with it. Pure."""
from dataclasses import dataclass

from .errors import RepositoryError
from .repository.archives import Archive
from .repository.notebooks import Notebook, find_notebooks, read_notebook
from .repository.requirements import Requirements, read_requirements
from .requests.messages import NotebookRequest
from .runs.snapshots import Snapshot, build_snapshot


@dataclass(frozen=True, slots=True)
class Job:
    notebook: Notebook
    requirements: Requirements
    snapshot: Snapshot


def read_jobs(archive: Archive, request: NotebookRequest) -> list[Job]:
    """All of them before one is started. Raises RepositoryError."""
    rooted, paths = find_notebooks(archive, request.notebooks)
    return [_read(rooted, path, request) for path in paths]


def changed_jobs(jobs: list[Job], before: Archive, request: NotebookRequest) -> list[Job]:
    """Those that would have been run otherwise from the repository as it was before: with another notebook, other files
    or other packages. A notebook that was not there, or could not be run, has changed."""
    return [job for job in jobs if job not in _as_before(job.notebook.path, before, request)]


def _as_before(path: str, before: Archive, request: NotebookRequest) -> list[Job]:
    found = []
    for rooted in (before, before.without_top()):
        try:
            found.append(_read(rooted, path, request))
        except RepositoryError:
            pass
    return found


def _read(archive: Archive, path: str, request: NotebookRequest) -> Job:
    notebook = read_notebook(archive, path)
    return Job(notebook, read_requirements(archive, notebook, request.conda_file), build_snapshot(archive, notebook))
