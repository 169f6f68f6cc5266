"""Values that what stands before them declares to be secret: Bicep's `@secure()`, secrets of key vaults, commands of
Azure Pipelines and GitHub Actions, lines of network devices, SQL's REPLACE, the file of an account."""
import re
from collections.abc import Iterator

from ..decode.views import View
from ..names.grading import grade
from ..names.judging import is_secret_value
from ..places import Place
from ..tries import any_of
from .ends import Span, read_bare, read_brackets, read_quoted

# What every declaration has one of, in lower case.
SIGNS = ("@secure()", "vault_secret", "vaults/secrets", ".net/secrets/", "::add-mask::", "task.set", "::set-output",
         "snmp", "tacacs", "radius", "isakmp", "pre-shared-key", "neighbor", "message-digest-key", "identified",
         "username")
_SIGN = re.compile(any_of(SIGNS))
_VALUE_BEHIND = re.compile(
    r"@secure\(\)\s{1,80}(?:@\w{1,40}\([^\n]{0,300}\)\s{1,80}){0,4}param\s{1,8}\w{1,80}\s{1,8}\w{1,40}\s{0,8}=\s{0,8}"
    r"|(?:azurerm_key_vault_secret|vaults/secrets@|\.vault\.[\w.]{1,40}\.net/secrets/)(?:[^}]|(?<=\{)\}){0,400}?"
    r"[\s\"']value[\"']?\s{0,8}[:=]\s{0,8}")
# Oracle's and MySQL's `ALTER USER bob IDENTIFIED BY new REPLACE old`.
_REPLACED = re.compile(r"identified\s{1,8}by\s{1,8}(?:\"[^\"\n]{1,200}\"|'[^'\n]{1,200}'|[^\s\"']{1,200})"
                       r"\s{1,8}replace\s{1,8}")
# `kaggle.json`: {"username": "bob", "key": "x"}
_ACCOUNT = re.compile(r"[\"']username[\"']\s{0,8}:\s{0,8}[\"'][^\"'\n]{1,100}[\"']\s{0,8},\s{0,40}[\"']key[\"']"
                      r"\s{0,8}:\s{0,8}(?=[\"'])")
_LINE_BEHIND = re.compile(
    r"::add-mask::(?=[^\s\"'])|##vso\[task\.setsecret\]"
    r"|##vso\[task\.setvariable [^\]\n]{0,200}issecret=true[^\]\n]{0,100}\]")
_NAMED = re.compile(r"(?:##vso\[task\.setvariable [^\]\n]{0,100}?variable=(?P<variable>[\w.-]{1,80})[^\]\n]{0,100}\]"
                    r"|::(?:set-output|save-state|set-env) name=(?P<output>[\w.-]{1,80})::)")
_DEVICE = re.compile(
    r"(?:(?:snmp-server|set snmp) community|(?:tacacs|radius)(?:-server)?(?: [\w.:-]{1,60}){0,6}? key(?: \d)?"
    r"|neighbor [\w.:-]{1,60} password(?: \d)?|isakmp key(?: \d)?|message-digest-key \d{1,3} md5(?: \d)?"
    r"|pre-shared-key(?: (?:ascii-text|hexadecimal|local|remote|address|\d)){0,3}) {1,4}(?=\S)")
_CALL = re.compile(r"\w{1,40}\(")
_SENTENCE = frozenset("is of for was must and or not in on to from with".split())


def find(view: View, low: str) -> Iterator[Place]:
    """`low` is the text of the view in lower case."""
    if not _SIGN.search(low):
        return
    yield from _judge_all(view, ((found, "password") for found in _VALUE_BEHIND.finditer(low)), "declared as secret")
    yield from _judge_all(view, ((found, "password") for found in _REPLACED.finditer(low)), "old password")
    yield from _judge_all(view, ((found, "kaggle") for found in _ACCOUNT.finditer(low)), "key of an account")
    yield from _judge_all(view, ((found, "password") for found in _DEVICE.finditer(low)), "key of a network device")
    secrets = ((found, "password") for found in _LINE_BEHIND.finditer(low))
    yield from _judge_all(view, secrets, "secret of a pipeline", is_line=True)
    named = ((found, found["variable"] or found["output"]) for found in _NAMED.finditer(view.text))
    yield from _judge_all(view, named, "variable of a pipeline", is_line=True)


def _judge_all(view: View, found: Iterator[tuple[re.Match[str], str]], rule: str,
               is_line: bool = False) -> Iterator[Place]:
    """What stands behind each match, unless it is a part of a value already."""
    end = 0
    for match, name in found:
        if match.end() < end or _CALL.match(view.text, match.end()):
            continue
        span = _read(view, match.end(), is_line)
        end = span.after
        value = view.text[span.start:span.end]
        if value.lower() not in _SENTENCE and is_secret_value(value, grade(name), name, is_set=True):
            yield Place(*view.origin(span.start, span.end), "names", rule)


def _read(view: View, at: int, is_line: bool) -> Span:
    brackets = read_brackets(view, at) if view.text[at:at + 1] in ("{", "[") else None
    return read_quoted(view, at) or brackets or read_bare(view, at, 0, is_line=is_line)
