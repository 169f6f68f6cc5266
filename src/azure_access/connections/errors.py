"""What can go wrong with one request, as one tree, in which TimeoutError is what it always is: not in time.

OSError
├── TimeoutError               no answer in time
│   └── UnsentInTimeError      and nothing was sent
└── ConnectionError            no answer
    ├── UnsentError            and nothing was sent: whoever is asked cannot have done anything
    │   └── UnsentInTimeError  for want of time
    └── AnswerTooLongError     none that is taken
"""


class UnsentError(ConnectionError):
    """Nobody was asked: no such address, no connection to it, nobody there who can be believed."""


class UnsentInTimeError(UnsentError, TimeoutError):
    """No connection came about in time."""


class AnswerTooLongError(ConnectionError):
    """It has more bytes than are taken."""
