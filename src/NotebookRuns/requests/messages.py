"""A message of the pipeline's task -> the notebooks that are to be run, with every problem of it. Pure.

The body is JSON with the pipeline's variables, by their full names or grouped; who sends them is described in the
glossary of the documentation:

    {"do.organization": "contoso", "do.project": "sales", "ex.compute": "cpu", "rp.notebooks": "reports/*.ipynb"}
    {"do": {"organization": "contoso"}, …}

What the body says of a service principal (`sp.*`), the queue (`sb.*`) or the Function App (`fx.*`) is not read: the
function has an identity of its own. The task's token is kept apart from all that is written down.
"""
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from azure_access.answers import parse_json
from azure_access.workspaces import WorkspaceId
from NotebookRuns.errors import InvalidMessageError

from .binary_xml import unwrap
from .plans import AZURE_DEVOPS, Plan, read_plan

MOST_BYTES = 65_536
MESSAGE_VERSION = 1
MOST_PATTERNS, MOST_CHARACTERS = 50, 256
DEFAULT_MINUTES, MOST_MINUTES = 60, 48 * 60
NOT_READ = ("sp", "sb", "fx")
_NAME = re.compile(r"[^\s/\\?%*:|\"<>#&]{1,256}( [^\s/\\?%*:|\"<>#&]{1,256}){0,20}")
_COMMIT = re.compile(r"[0-9a-fA-F]{40}")
_OF_PULL_REQUEST = "$(System.PullRequest."  # what a build has that is of none
_REFERENCES = {"refs/heads/": "branch", "refs/tags/": "tag"}


@dataclass(frozen=True, slots=True)
class Version:
    """Of a repository: a commit, or a branch or tag by its short name. Without a kind it is a branch, or else a tag;
    without a name it is the default branch."""

    name: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class NotebookRequest:
    """What one message asks for. `notebooks` are names and patterns, of which those count that have changed since
    another version, where that is named; `conda_file` is a path in the repository; without a `workspace` it is the
    function's own."""

    plan: Plan
    organization: str
    project: str
    repository: str
    version: Version
    notebooks: tuple[str, ...]
    compute: str
    image: str | None = None
    conda_file: str | None = None
    workspace: WorkspaceId | None = None
    timeout_minutes: int = DEFAULT_MINUTES
    token: str | None = field(default=None, repr=False)
    changed_since: Version | None = None


def parse_message(body: bytes, properties: Mapping[str, object], hosts: Collection[str] = ()) -> NotebookRequest:
    """Raises InvalidMessageError with every problem. `hosts` are trusted with tokens beside those of Azure DevOps."""
    problems: list[str] = []
    plan = read_plan(properties, hosts, problems.append)
    variables = _Variables(_read_body(body), problems)
    token = properties.get("AuthToken")
    request = NotebookRequest(
        plan=plan, organization=variables.name("do.organization"), project=variables.name("do.project"),
        repository=variables.repository(), version=variables.version("rp.version") or Version(),
        notebooks=variables.patterns(),
        compute=variables.name("ex.compute"), image=variables.optional("ex.image"),
        conda_file=variables.optional("rp.condaFile"), workspace=variables.workspace(),
        timeout_minutes=variables.minutes(), token=token if isinstance(token, str) and token else None,
        changed_since=variables.changed_since())
    if plan.url and request.organization and request.organization.casefold() != plan.organization.casefold():
        problems.append(f"do.organization is not {plan.organization}, the organization of the pipeline")
    if problems:
        raise InvalidMessageError(f"the message cannot be used: {'; '.join(problems)}")
    return request


def _read_body(body: bytes) -> Mapping[str, object]:
    if len(body) > MOST_BYTES:
        raise InvalidMessageError(f"the message has {len(body):,} bytes, more than the {MOST_BYTES:,} that are read")
    text = unwrap(body)
    try:
        content = parse_json(text[text.index(b"{"):text.rindex(b"}") + 1])
    except ValueError as exc:
        raise InvalidMessageError("the message is no JSON: look at the messageBody of the pipeline's task") from exc
    if not isinstance(content, dict):
        raise InvalidMessageError("the message is no JSON object: look at the messageBody of the pipeline's task")
    if content.get("version", MESSAGE_VERSION) != MESSAGE_VERSION:
        raise InvalidMessageError(f"the message is of another version than {MESSAGE_VERSION}: deploy the Function App "
                                  "that belongs to the pipeline's template, or take the template that belongs to it")
    return _flatten(content)


def _flatten(content: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for group, value in content.items():
        if isinstance(value, dict):
            found |= {f"{group}.{name}": member for name, member in value.items()}
        else:
            found[group] = value
    return {name: value for name, value in found.items() if name.partition(".")[0] not in NOT_READ}


class _Variables:
    """The variables, each by its full name; what is wrong with one is added to the problems."""

    def __init__(self, values: Mapping[str, object], problems: list[str]) -> None:
        self._values, self._problems = values, problems

    def optional(self, name: str) -> str | None:
        value = self._values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or len(value) > MOST_CHARACTERS or not value.isprintable():
            return self._wrong(name, f"is no text of at most {MOST_CHARACTERS} characters")
        if value.startswith("$("):
            return self._wrong(name, "is a variable that the pipeline does not define")
        return value.strip() or None

    def name(self, name: str) -> str:
        value = self.optional(name)
        if value is None:
            return self._missing(name)
        return value if _NAME.fullmatch(value) and value.strip(".") else self._wrong(name, "is no name")

    def repository(self) -> str:
        """Its name in Azure Repos, or its address there."""
        value = self.optional("gh.repo")
        if value is None:
            return self._missing("gh.repo")
        if "://" not in value:
            return self.name("gh.repo")
        parts = urlsplit(value)
        folder, found, name = parts.path.rpartition("/_git/")
        is_own = (parts.hostname or "") == AZURE_DEVOPS or (parts.hostname or "").endswith(".visualstudio.com")
        if not is_own or not found or not name:
            return self._wrong("gh.repo", "is no repository of Azure Repos: import it there, so that Azure DevOps says "
                                          "who may read it")
        owners = {unquote(part).casefold() for part in folder.split("/") if part}
        owners.add((parts.hostname or "").removesuffix(".visualstudio.com"))
        named = {str(self.optional(one)).casefold() for one in ("do.organization", "do.project")}
        if owners - named - {AZURE_DEVOPS, "defaultcollection"}:
            return self._wrong("gh.repo", "is of another organization or project than do.organization and do.project")
        return unquote(name)

    def version(self, name: str) -> Version | None:
        value = self.optional(name)
        if value is None:
            return None
        if _COMMIT.fullmatch(value):
            return Version(value.lower(), "commit")
        for prefix, kind in _REFERENCES.items():
            if value.startswith(prefix) and value != prefix:
                return Version(value.removeprefix(prefix), kind)
        return Version(value)

    def changed_since(self) -> Version | None:
        name = "rp.changedSince"
        return None if str(self._values.get(name)).startswith(_OF_PULL_REQUEST) else self.version(name)

    def patterns(self) -> tuple[str, ...]:
        value = self._values.get("rp.notebooks")
        parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
        found = tuple(dict.fromkeys(part.strip() for part in parts if isinstance(part, str) and part.strip()))
        if not found:
            self._missing("rp.notebooks")
        if len(found) > MOST_PATTERNS or any(len(part) > MOST_CHARACTERS for part in found):
            self._wrong("rp.notebooks", f"has over {MOST_PATTERNS} names, or one of over {MOST_CHARACTERS} characters")
        return found

    def workspace(self) -> WorkspaceId | None:
        """All three names, or none."""
        names = ("ws.subscription", "ws.resourceGroup", "ws.name")
        if not any(self.optional(name) for name in names):
            return None
        subscription_id, resource_group, name = map(self.name, names)
        return WorkspaceId(subscription_id, resource_group, name)

    def minutes(self) -> int:
        value = self._values.get("ex.timeoutMinutes")
        value = DEFAULT_MINUTES if value in (None, "") else value
        try:
            minutes = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else 0
        except ValueError:
            minutes = 0
        if not 1 <= minutes <= MOST_MINUTES:
            self._wrong("ex.timeoutMinutes", f"is no number of minutes from 1 to {MOST_MINUTES}")
        return minutes

    def _missing(self, name: str) -> str:
        self._problems.append(f"{name} is missing")
        return ""

    def _wrong(self, name: str, what: str) -> str:
        self._problems.append(f"{name} {what}")
        return ""
