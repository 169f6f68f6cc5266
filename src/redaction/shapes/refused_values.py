"""Values that a check of arguments or settings has refused and quotes: of argparse, click, pydantic, JSON Schema and
OmegaConf.

    argument --token: invalid choice: 'x' (choose from 'a', 'b')
    Invalid value for '--token': 'x' is not a valid UUID.
    api_key\\n  String should have at most 10 characters [type=string_too_long, input_value='x', input_type=str]
    ValidationError: 'x' is too short\\n\\nFailed validating 'minLength' in schema['properties']['password']:
    Value 'x' of type 'str' could not be converted to Integer\\n    full_key: db.password
"""
import re

from ..decode.views import View
from .ends import Span, read_bare, read_quoted
from .found_names import Name

_OTHER_NAMES = r"[\"'`]?(?:\s?[/,]\s?[\"'`]?-{1,2}[\w-]{1,60}[\"'`]?){0,4}"
_VALUE = re.compile(rf"{_OTHER_NAMES}:\s")
_REASON = re.compile(r"(?:[Ii]nvalid|[Uu]nexpected)\s(?:choice|\w{1,40}\svalue|value):\s")
_INVALID = re.compile(r"\b[Ii]nvalid value for (?:option\s|argument\s|parameter\s)?[\"'`]?\Z")
_INPUT = re.compile(r"(?:[\"'`\]]{0,3}:)?\s{1,8}[^\n=\[\]]{1,200}\[type=\w{1,60}, input_value=(?=[bru]{0,2}[\"'`])")
_PATH = re.compile(r"(?:full_key:\s[\w.\[\]-]{0,80}|\b(?:schema|instance)(?:\[[\"']?\w{1,60}[\"']?\]){0,20}\[[\"'])\Z")
_QUOTED_BEFORE = re.compile(r"(?:\bValidationError:|\bValue)\s(?=[bru]?[\"'])")
_INDEX = ("['", '["')
_REACH = 60
_REACH_OF_INPUT = 300
_REACH_OF_PATH = 600
_REACH_OF_NAMES = 2 * _REACH  # of a path


def read_refused(view: View, name: Name) -> Span | None:
    """The value that was refused for the name, or None. What few texts have is looked for first: names are many."""
    text = view.text
    value = _VALUE.match(text, name.end)
    choice = _REASON.match(text, value.end()) if value else None
    if value and not choice and text.rfind("alid value for ", max(0, name.start - _REACH), name.start) >= 0:
        choice = value if _INVALID.search(text, max(0, name.start - _REACH), name.start) else None
    if choice:
        return read_quoted(view, choice.end()) or read_bare(view, choice.end(), 0)
    is_near = text.find("input_value=", name.end, name.end + _REACH_OF_INPUT) >= 0
    told = _INPUT.match(text, name.end) if is_near else None
    return read_quoted(view, told.end()) if told else None


def read_refused_before(view: View, name: Name) -> Span | None:
    """Where the name is the last of a path, the value stands in the line that says what is wrong with it."""
    text, near = view.text, max(0, name.start - _REACH_OF_NAMES)
    may_end_path = text.startswith(_INDEX, max(0, name.start - 2)) or text.rfind("full_key:", near, name.start) >= 0
    if not may_end_path or not _PATH.search(text, near, name.start):
        return None
    quotes = list(_QUOTED_BEFORE.finditer(text, max(0, name.start - _REACH_OF_PATH), name.start))
    quoted = read_quoted(view, quotes[-1].end()) if quotes else None
    return quoted._replace(after=name.end) if quoted and quoted.after <= name.start else None
