"""What can go wrong between a pipeline and its notebooks.

NotebookRequestError         no retry mends it: the pipeline's task fails, and the text is what its log says
├── InvalidMessageError      the message is not what the task should have sent
├── RepositoryError          the repository is not as it is asked for
├── NotThereError            Azure DevOps does not have what is asked for: a repository, a version, a plan
└── RefusedError             Azure DevOps does not take what is sent
DevOpsUnavailableError       Azure DevOps is down, slow or throttles: another attempt may succeed

A text names cause and cure. That the identity is refused is an IdentityError, as everywhere.
"""
from azure_access.errors import MonitorError, RetryableError


class NotebookRequestError(MonitorError):
    """Base of what ends a pipeline's task."""


class InvalidMessageError(NotebookRequestError):
    """The message is not what the task should have sent."""


class RepositoryError(NotebookRequestError):
    """The repository is not as it is asked for: a file is missing, or something is in it that is not taken."""


class NotThereError(NotebookRequestError):
    """Azure DevOps does not have it, or does not show it to the identity of the function."""


class RefusedError(NotebookRequestError):
    """Azure DevOps does not take what is sent."""


class DevOpsUnavailableError(RetryableError):
    """Azure DevOps did not answer, or said that it cannot now."""
