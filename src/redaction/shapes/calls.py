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
    "cx_oracle.connect(": 2, "oracledb.connect(": 2, "oracledb.connect_async(": 2, "jwt.encode(": 2, "jwt.decode(": 2,
    "hmac.new(": 1, "github(": 1, "fernet(": 1, "pymssql.connect(": 3, "pymysql.connect(": 3, "mysqldb.connect(": 3,
    "mariadb.connect(": 3, "ftp(": 3, "ftp_tls(": 3, "sshclient().connect(": 4, "ssh.connect(": 4}
_WHOLE = ("github(", "fernet(", "ftp(")  # other calls end like these: `install_github("org/package")`
_ORACLE = ("cx_oracle.connect(", "oracledb.connect(", "oracledb.connect_async(")
_ACCOUNT = re.compile(r"[\w.$#-]{1,60}/([^\s@]{1,200})@\S{1,400}")  # user/password@service
CALLED = tuple(_ARGUMENTS)
_CALL = re.compile(any_of(CALLED))
_SPACE = re.compile(r"\s{0,40}")
_IN_NAME = re.compile(r"\w")
_SHORTEST = 4  # characters


def find(view: View, low: str) -> Iterator[Place]:
    """The secret arguments that are texts in quotes; `low` is the text of the view in lower case."""
    for call in _CALL.finditer(low) if "(" in low else ():
        if call[0] in _WHOLE and _IN_NAME.match(low[call.start() - 1:call.start()]):
            continue
        number = _ARGUMENTS[call[0]]
        space = _SPACE.match(low, call.end())
        values = read_values(view, space.end() if space else call.end(), number)
        account = _ACCOUNT.fullmatch(view.text, *values[0][:2]) if values and call[0] in _ORACLE else None
        if account:
            start, end = account.span(1)
        elif len(values) == number and values[-1].is_quoted:
            start, end = values[-1][:2]
        else:
            continue
        if end - start >= _SHORTEST and not is_placeholder(view.text[start:end]):
            yield Place(*view.origin(start, end), "names", f"argument {number} of {call[0].strip('.(')}")
