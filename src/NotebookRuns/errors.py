"""What can go wrong between a pipeline and its notebooks.

NotebookRequestError         no retry mends it: the pipeline's task fails, and the text is what its log says
├── InvalidMessageError      the message is not what the task should have sent
├── RepositoryError          the repository is not as it is asked for
├── NotThereError            a service does not have what is asked for: a repository, a version, a plan, a run
├── RefusedError             a service does not take what is sent
└── WorkspaceRefusedError    the workspace does not let the identity in
UnavailableError             a service is down, slow or throttles: another attempt may succeed
├── DevOpsUnavailableError
└── WorkspaceUnavailableError

A text names cause and cure. That Azure DevOps refuses the identity is an IdentityError, as everywhere: then no task can
be told of it.
"""
from azure_access.errors import MonitorError, RetryableError


class NotebookRequestError(MonitorError):
    """Base of what ends a pipeline's task."""


class InvalidMessageError(NotebookRequestError):
    """The message is not what the task should have sent."""


class RepositoryError(NotebookRequestError):
    """The repository is not as it is asked for: a file is missing, or something is in it that is not taken."""


class NotThereError(NotebookRequestError):
    """The service does not have it, or does not show it to the identity of the function."""


class RefusedError(NotebookRequestError):
    """The service does not take what is sent."""


class WorkspaceRefusedError(NotebookRequestError):
    """The identity of the function has no role on the workspace."""


class UnavailableError(RetryableError):
    """Base of what passes."""


class DevOpsUnavailableError(UnavailableError):
    """Azure DevOps did not answer, or said that it cannot now."""


class WorkspaceUnavailableError(UnavailableError):
    """Azure Machine Learning did not answer, or said that it cannot now."""
