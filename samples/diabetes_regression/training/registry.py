"""What is registered under a name in the workspace, read by the SDK."""
from azureml.core import Model, Workspace
from comparison import Registered

BUILD = "BuildId"
NO_BUILD = "none"


def latest(workspace: Workspace, name: str) -> Registered | None:
    return _newest(Model.list(workspace, name=name, latest=True))


def of_build(workspace: Workspace, name: str, build_id: str) -> Registered | None:
    """The model that an earlier run of the same build registered."""
    return None if build_id == NO_BUILD else _newest(Model.list(workspace, name=name, tags=[[BUILD, build_id]]))


def _newest(models: list[Model]) -> Registered | None:
    newest = max(models, key=lambda model: int(model.version), default=None)
    return newest and Registered(newest.name, int(newest.version), newest.tags or {})
