"""What endpoints and deployments may be called."""
import re

from local_azure.machine_learning.errors import ServiceError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,30}[A-Za-z0-9]", re.ASCII)


def check_name(name: str, kind: str) -> str:
    """Raises ServiceError."""
    if not _NAME.fullmatch(name):
        raise ServiceError(400, f"{name!r} names no {kind}: a letter first, then letters, digits and -, 3 to "
                                "32 in all.")
    return name
