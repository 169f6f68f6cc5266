"""What Azure DevOps answers when it refuses."""
from starlette.responses import JSONResponse


class DevOpsError(Exception):
    """A request is refused, with this status and text."""

    def __init__(self, status_code: int, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code

    def answer(self) -> JSONResponse:
        return JSONResponse({"$id": "1", "innerException": None, "message": str(self), "typeName": type(self).__name__,
                             "typeKey": type(self).__name__, "errorCode": 0, "eventId": 3000}, self.status_code)


class NotFoundError(DevOpsError):
    """There is no such thing."""

    def __init__(self, message: str) -> None:
        super().__init__(404, message)


class InvalidRequestError(DevOpsError):
    """What was sent cannot be."""

    def __init__(self, message: str) -> None:
        super().__init__(400, message)
