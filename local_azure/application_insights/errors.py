"""What is wrong with a query: in words that are about the query, with the place where it stands."""


class QueryError(Exception):
    """A query that cannot be answered; line and column count from 1 and are None where the place is unknown."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message if line is None else f"{message} (line {line}, column {column})")
        self.message, self.line, self.column = message, line, column
