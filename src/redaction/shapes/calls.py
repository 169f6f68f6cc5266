"""Calls that take a secret as an argument without a name: `smtp.login("bob", "x")`, `hmac.new(b"x", …)`."""
import re
from collections.abc import Iterator

from ..decode.views import View
from ..names.judging import is_placeholder
from ..places import Place
from ..tries import any_of
from .value_lists import read_values

# Ends of what is called, in lower case, and the number of the argument.
_ARGUMENTS = {
    ".login(": 2, "basicauthentication(": 2, "digestauthentication(": 2, "blockblobservice(": 2, "tableservice(": 2,
    "queueservice(": 2, "fileservice(": 2, "cosmosclient(": 2, "pgp_sym_encrypt(": 2, "pgp_sym_decrypt(": 2,
    "cx_oracle.connect(": 2, "oracledb.connect(": 2, "jwt.encode(": 2, "jwt.decode(": 2, "hmac.new(": 1, "github(": 1,
    "fernet(": 1, "pymssql.connect(": 3, "pymysql.connect(": 3, "mysqldb.connect(": 3, "mariadb.connect(": 3,
    "ftp(": 3, "ftp_tls(": 3, "sshclient().connect(": 4, "ssh.connect(": 4}
CALLED = tuple(_ARGUMENTS)
_CALL = re.compile(any_of(CALLED))
_SPACE = re.compile(r"\s{0,40}")
_SHORTEST = 4  # characters


def find(view: View, low: str) -> Iterator[Place]:
    """The secret arguments that are texts in quotes; `low` is the text of the view in lower case."""
    for call in _CALL.finditer(low) if "(" in low else ():
        number = _ARGUMENTS[call[0]]
        space = _SPACE.match(low, call.end())
        values = read_values(view, space.end() if space else call.end(), number)
        value = values[-1] if len(values) == number else None
        if not value or not value.is_quoted or value.end - value.start < _SHORTEST:
            continue
        if not is_placeholder(view.text[value.start:value.end]):
            rule = f"argument {number} of {call[0].strip('.(')}"
            yield Place(*view.origin(value.start, value.end), "names", rule)
