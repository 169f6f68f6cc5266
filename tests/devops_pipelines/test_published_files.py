"""What is published is the app and nothing else, whichever tool publishes it."""
import shutil
import subprocess

import pytest

from devops_pipelines import package
from tests.devops_pipelines.core_tools import published

AT_THE_ROOT = ("function_app.py", "host.json", "requirements.txt")
# Names that must not go, wherever they are: in the app's folder and in each of its packages.
UNWANTED = (
    ".env", ".env.local", ".DS_Store", ".coverage", ".python-version", "local.settings.json", "secrets.json", "id_rsa",
    "credentials", "key.pem", "notes.txt", "package.zip", "function_app.pyc", "backfill.jsonl",
    "__pycache__/settings.cpython-311.pyc", ".venv/pyvenv.cfg", ".venv/lib/function_app.py", ".venv/bin/python.py",
    ".pytest_cache/README.md", ".mypy_cache/3.11/host.json", ".vscode/settings.json", ".git/config", ".idea/app.xml",
    ".python_packages/lib/site-packages/greeting.py", "tests/test_settings.py", "build/lib/host.json",
)


def app_files(folder):
    """Paths of the app's own files, as they are in a clean clone."""
    modules = (file for file in folder.rglob("*.py") if "__pycache__" not in file.parts)
    return {file.relative_to(folder).as_posix() for file in modules} | set(AT_THE_ROOT)


@pytest.fixture(scope="module")
def littered(tmp_path_factory):
    """The app with everything in it that must not go."""
    folder = shutil.copytree(package.SOURCE, tmp_path_factory.mktemp("app") / "src",
                             ignore=shutil.ignore_patterns("__pycache__"))
    for place in {(folder / name).parent for name in app_files(folder)}:
        for name in UNWANTED:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text("AccountKey=hush")
    return folder


@pytest.fixture(scope="module")
def wanted():
    return app_files(package.SOURCE)


def names_in(folder):
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def test_core_tools_publish_the_app_and_nothing_else(littered, wanted):
    assert published((littered / ".funcignore").read_text(encoding="utf-8"), names_in(littered)) == wanted


def test_the_package_has_the_app_and_nothing_else(littered, wanted):
    assert {name for name, _ in package.app_files(littered)} == wanted


@pytest.mark.skipif(shutil.which("git") is None, reason="git is missing")
def test_azd_which_reads_the_file_as_git_does_deploys_the_app_and_nothing_else(littered, wanted, tmp_path):
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path], check=True)
    listed = subprocess.run(
        ["git", f"--git-dir={tmp_path}", f"--work-tree={littered}", "-c", "core.bare=false", "ls-files", "--others",
         "--exclude-from", littered / ".funcignore"], cwd=littered, check=True, stdout=subprocess.PIPE, text=True)
    assert set(listed.stdout.splitlines()) == wanted


def test_core_tools_cannot_be_told_to_leave_out_a_copy_beside_a_module():
    """Its patterns have no end."""
    assert published("*\n!/azure_access/*.py\n", ["azure_access/errors.py.orig", "azure_access/errors.pyc"]) == {
        "azure_access/errors.py.orig"}


@pytest.mark.parametrize(("pattern", "name"), [
    ("__pycache__/", "PipelineRunMonitor/__pycache__/a.pyc"), ("*.pyc", "PipelineRunMonitor/a.pyc"),
    ("**/__pycache__/", "__pycache__/a.pyc"), (".env", "PipelineRunMonitor/.env"), ("*.[co]", "a.c")])
def test_core_tools_miss_what_git_would_ignore(pattern, name):
    assert published(pattern, [name]) == {name}


@pytest.mark.parametrize(("patterns", "name"), [
    ("test", "test.py"), ("__pycache__/", "__pycache__/a.pyc"), ("!tests/keep.py\ntests", "tests/other.py"),
    ("# nothing", ".vscode/a.json"), ("", "local.settings.json"), ("", "A/Local.Settings.JSON")])
def test_core_tools_leave_out(patterns, name):
    assert published(patterns, [name]) == set()


def test_core_tools_take_what_is_named_after_an_exclamation_mark_wherever_it_stands():
    assert published("!tests/keep.py\ntests\n", ["tests/keep.py"]) == {"tests/keep.py"}
