"""What is registered under a name in the workspace, read by the SDK."""
from collections.abc import Iterable

from azureml.core import Model, Workspace
from comparison import Registered

BUILD = "BuildId"
NO_BUILD = "none"


def latest(workspace: Workspace, name: str) -> Registered | None:
    return _newest(Model.list(workspace, name=name, latest=True))


def of_build(workspace: Workspace, name: str, build_id: str) -> Registered | None:
    """The model that an earlier run of the same build registered."""
    return None if build_id == NO_BUILD else _newest(Model.list(workspace, name=name, tags=[[BUILD, build_id]]))


def between(workspace: Workspace, name: str, seen: int, version: int) -> list[Registered]:
    """What others have registered after a version that was seen and before another one, the first of it first."""
    found = map(_registered, Model.list(workspace, name=name))
    return sorted((one for one in found if seen < one.version < version), key=lambda one: one.version)


def withdraw(workspace: Workspace, name: str, version: int) -> None:
    Model(workspace, name=name, version=version).delete()


def _newest(models: Iterable[Model]) -> Registered | None:
    return max(map(_registered, models), key=lambda one: one.version, default=None)


def _registered(model: Model) -> Registered:
    return Registered(model.name, int(model.version), model.tags or {})
