"""What a service refuses, with the status of its answer."""


class ServiceError(Exception):
    """The request cannot be done as it is; the message says why. A 500 costs the SDK 14 s of retries, a 4xx nothing."""

    def __init__(self, status: int, message: str, inner_code: str = "BadArgument"):
        super().__init__(message)
        self.status, self.inner_code = status, inner_code
