"""Build the package that is deployed: the function app and everything it needs, in one zip file, and beside it what is
in it: package.zip has the software bill of materials package.cdx.json.

Of src/ it takes what .funcignore names, as `func azure functionapp publish` and `azd deploy` do. Beside it go the
packages of requirements.txt, where the Functions worker looks for them. Both have their byte code with them: an app is
mounted read-only, so that each cold start would compile it anew. Every version and hash is pinned, and none is built
here, so that the same commit gives the same bytes.

It has to run on what the app runs on, Python 3.11 on 64-bit Linux, since some packages are binary. Exit code 0 when
the package is there, 2 when it cannot be built.
"""
import argparse
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pathspec import GitIgnoreSpec

from .bill_of_materials import describe
from .ending import ended
from .pins import NeededError, leave_out

NAME = "pipeline-run-monitor"
SOURCE = Path(__file__).parents[1] / "src"
PACKAGES = ".python_packages/lib/site-packages"
RUNTIME = ("Linux", "x86_64", "3.11")

_FILE_MODE = 0o100644 << 16


class PackageError(Exception):
    """The package cannot be built; the message says why."""


def main(arguments: Sequence[str] | None = None, runtime: Sequence[str] = RUNTIME) -> int:
    parser = argparse.ArgumentParser(prog="python -m devops_pipelines.package", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path, metavar="FILE", help="the zip file to write")
    parser.add_argument("--source", type=Path, default=SOURCE, metavar="FOLDER",
                        help="of the function app (default: src)")
    parser.add_argument("--without", metavar="PACKAGE",
                        help="leave this package out, and what only it needs: azureml-core, where RUN_READER is rest")
    options = parser.parse_args(arguments)
    try:
        check_runtime(runtime, (platform.system(), platform.machine(), platform.python_version()))
        build(options.source, options.target, options.without)
    except (PackageError, NeededError, OSError) as exc:
        print(f"package: {exc}", file=sys.stderr)
        return 2
    print(f"{options.target}: {options.target.stat().st_size / 1e6:.1f} MB")
    return 0


def check_runtime(wanted: Sequence[str], found: Sequence[str]) -> None:
    """Raises PackageError where packages would be installed that the app cannot load: other system, machine, Python."""
    if not all(one.startswith(beginning) for one, beginning in zip(found, wanted)):
        system, machine, python = wanted
        raise PackageError(f"the app runs Python {python} on {system} {machine}, which this is not: {found}")


def build(source: Path, target: Path, without: str | None = None) -> None:
    """Writes the package of the function app in a folder, where wanted without one of its requirements.

    Raises PackageError when pip cannot install what it needs, and NeededError.
    """
    with TemporaryDirectory() as scratch:
        packages = Path(scratch) / "packages"
        print("installing the packages that it needs", flush=True)
        _install(_requirements(source / "requirements.txt", without, Path(scratch)), packages)
        print("writing the package", flush=True)
        app = _copy(app_files(source), Path(scratch) / "app")
        for folder in (app, packages):
            _compile(folder)
        _write(target, [*_files(app), *_files(packages, PACKAGES)])
        target.with_suffix(".cdx.json").write_text(describe(packages, NAME), encoding="utf-8")


def app_files(source: Path) -> list[tuple[str, Path]]:
    """The app's own files, by their names in the package."""
    ignored = GitIgnoreSpec.from_lines((source / ".funcignore").read_text("utf-8").splitlines())
    return [(name, file) for name, file in _files(source) if not ignored.match_file(name)]


def _files(folder: Path, prefix: str = "") -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield (Path(prefix) / file.relative_to(folder)).as_posix(), file


def _copy(files: Iterable[tuple[str, Path]], folder: Path) -> Path:
    """To where byte code can lie beside them."""
    for name, file in files:
        copy = folder / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    return folder


def _requirements(file: Path, without: str | None, scratch: Path) -> Path:
    if without is None:
        return file
    reduced = scratch / file.name
    reduced.write_text(leave_out(without, file.read_text("utf-8")), "utf-8")
    return reduced


def _install(requirements: Path, folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile",
           "--require-hashes", "--only-binary", ":all:"]
    done = subprocess.run([*pip, "--target", folder, "-r", requirements], stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise PackageError(f"pip cannot install {requirements}:\n{done.stderr.rstrip()}")
    shutil.rmtree(folder / "bin", ignore_errors=True)  # commands, which name the Python of this machine


def _compile(folder: Path) -> None:
    """In a process that has nothing else in it, because byte code tells what the compiling process has interned.
    Unchecked: unpacking changes the files' times, by which Python would take the byte code for out of date."""
    python = [sys.executable, "-I", "-S", "-m", "compileall", "-qq", "-j", "0"]
    subprocess.run([*python, "-s", folder, "--invalidation-mode", "unchecked-hash", folder], check=False,
                   stdout=subprocess.DEVNULL)  # some packages have files that are templates, and no Python


def _write(target: Path, files: Iterable[tuple[str, Path]]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(target, "w") as archive:
        for name, file in files:
            entry = ZipInfo(name)  # of 1980, not of now
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, _FILE_MODE
            archive.writestr(entry, file.read_bytes())


if __name__ == "__main__":
    sys.exit(ended("package", main))
