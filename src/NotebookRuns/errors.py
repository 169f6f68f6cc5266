"""What is wrong with what a pipeline asks for.

No retry mends it: the pipeline's task fails, and the text, which names cause and cure, is what its log says.
"""
from azure_access.errors import MonitorError


class NotebookRequestError(MonitorError):
    """Base of what ends a pipeline's task."""


class InvalidMessageError(NotebookRequestError):
    """The message is not what the task should have sent."""


class RepositoryError(NotebookRequestError):
    """The repository is not as it is asked for: a file is missing, or something is in it that is not taken."""
