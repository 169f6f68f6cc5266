"""Of the function app's folder, what is needed there is deployed, and nothing else."""
import shutil
from pathlib import Path

from devops_pipelines.package import app_files

SOURCE = Path(__file__).parents[2] / "src"
NOT_DEPLOYED = (
    ".funcignore", ".git/config", ".gitignore", ".python_packages/lib/site-packages/requests/__init__.py",
    ".venv/bin/python", ".vscode/settings.json", "PipelineRunMonitor/__pycache__/runs.cpython-311.pyc",
    "PipelineRunMonitor/runs.pyc", "__pycache__/half-written.pyc.12345", "local.settings.json",
    "local.settings.json.example")


def names(folder):
    return {name for name, _ in app_files(folder)}


def test_the_package_holds_the_function_and_nothing_else(tmp_path):
    folder = shutil.copytree(SOURCE, tmp_path / "src")
    for name in NOT_DEPLOYED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    modules = {file.relative_to(SOURCE).as_posix() for file in SOURCE.rglob("*.py")}
    assert names(folder) == {"host.json", "requirements.txt", *modules}


def test_what_funcignore_names_is_left_out_and_what_it_does_not_is_taken(tmp_path):
    for name in ("function_app.py", "notes.txt", "data/large.bin", ".gitignore"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".funcignore").write_text("*.txt\n")
    assert names(tmp_path) == {"function_app.py", "data/large.bin"}
