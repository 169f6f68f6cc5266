"""The package has the app and its packages, ready to be imported, and is the same each time."""
import json
import marshal
import platform
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from devops_pipelines import package

HERE = (platform.system(), platform.machine(), platform.python_version())
FLAGS = slice(4, 8)  # of byte code, PEP 552: 1 says that it is of a hash of the source, and not to be checked


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A function app that needs a package, which lies beside it."""
    folder = tmp_path_factory.mktemp("src")
    wheel = tmp_path_factory.mktemp("packages") / "greeting-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("greeting/__init__.py", "WORDS = 'good morning'\nMARK = '\N{INVERTED QUESTION MARK}'\n")
        archive.writestr("greeting-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n"
                         "License-Expression: MIT\nRequires-Dist: other; sys_platform == 'win32'\n")
        archive.writestr("greeting-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr("greeting-1.0.dist-info/entry_points.txt", "[console_scripts]\ngreet = greeting:WORDS\n")
        archive.writestr("greeting-1.0.dist-info/RECORD", "")
    (folder / "function_app.py").write_text("import greeting\nprint(greeting.WORDS)\n")
    (folder / "requirements.txt").write_text(f"{wheel} --hash=sha256:{sha256(wheel.read_bytes()).hexdigest()}\n")
    (folder / ".funcignore").write_text("*\n!/function_app.py\n")
    return folder


@pytest.fixture(scope="module")
def built(source, tmp_path_factory):
    target = tmp_path_factory.mktemp("built") / "new" / "package.zip"
    package.build(source, target)
    return target


def test_the_package_runs_where_it_is_unpacked(built, tmp_path):
    with zipfile.ZipFile(built) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run([sys.executable, "-S", "function_app.py"], cwd=tmp_path, capture_output=True, text=True,
                          env={"PYTHONPATH": str(tmp_path / package.PACKAGES)})
    assert (done.returncode, done.stdout, done.stderr) == (0, "good morning\n", "")


def test_app_and_packages_come_with_byte_code_that_needs_no_check_and_without_commands(built):
    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
        compiled = [archive.read(name) for name in names if name.endswith(".pyc")]
    assert {code[FLAGS] for code in compiled} == {b"\1\0\0\0"}
    assert [marshal.loads(code[16:]).co_filename for code in compiled] == ["function_app.py", "greeting/__init__.py"]
    assert not any("/bin/" in name for name in names)


def test_a_package_without_its_hash_is_not_installed(source, tmp_path):
    (tmp_path / "requirements.txt").write_text((source / "requirements.txt").read_text().partition(" ")[0])
    with pytest.raises(package.PackageError, match="Hashes are required in --require-hashes mode"):
        package.build(tmp_path, tmp_path / "package.zip")


def test_packages_that_cannot_be_installed_are_a_clear_error(tmp_path):
    (tmp_path / "requirements.txt").write_text(f"{tmp_path}/missing-1.0-py3-none-any.whl --hash=sha256:{'0' * 64}\n")
    with pytest.raises(package.PackageError, match=r"pip cannot install .*requirements.txt:\n(.|\n)*missing-1.0"):
        package.build(tmp_path, tmp_path / "package.zip")


@pytest.mark.parametrize("found", [
    ("Darwin", "x86_64", "3.11.9"), ("Linux", "aarch64", "3.11.9"), ("Linux", "x86_64", "3.12.1")])
def test_a_package_that_the_app_could_not_load_is_not_built(found):
    with pytest.raises(package.PackageError, match="the app runs Python 3.11 on Linux x86_64"):
        package.check_runtime(package.RUNTIME, found)


def test_a_package_is_built_where_the_app_could_run():
    package.check_runtime(package.RUNTIME, ("Linux", "x86_64", "3.11.9"))


def test_the_command_writes_the_same_bytes_each_time_and_tells_how_many(source, built, tmp_path, monkeypatch, capsys):
    """Whatever the process knows: byte code tells which single characters it has interned."""
    sys.intern("\N{INVERTED QUESTION MARK}")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    assert package.main([str(tmp_path / "package.zip"), "--source", str(source)], runtime=HERE) == 0
    assert capsys.readouterr().out.endswith("package.zip: 0.0 MB\n")
    for name in ("package.zip", "package.cdx.json"):
        assert (tmp_path / name).read_bytes() == built.with_name(name).read_bytes()


def test_the_command_says_why_there_is_no_package(tmp_path, capsys):
    assert package.main([str(tmp_path / "package.zip"), "--source", str(tmp_path)], runtime=HERE) == 2
    assert capsys.readouterr().err.startswith("package: pip cannot install ")


def test_a_package_is_built_without_one_that_is_not_wanted(source, tmp_path, monkeypatch, capsys):
    """There is none of the name that could be installed."""
    wheel, digest = (source / "requirements.txt").read_text().split(" --hash=sha256:")
    (tmp_path / ".funcignore").write_text("*\n")
    (tmp_path / "requirements.txt").write_text(
        "".join(f"{name}==1.0 \\\n    --hash=sha256:{digest.strip()}\n" for name in ("greeting", "spare")))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(Path(wheel).parent))
    command = [str(tmp_path / "package.zip"), "--source", str(tmp_path), "--without"]
    assert package.main([*command, "spare"], runtime=HERE) == 0
    with zipfile.ZipFile(tmp_path / "package.zip") as archive:
        assert f"{package.PACKAGES}/greeting/__init__.py" in archive.namelist()
    assert package.main([*command, "sapre"], runtime=HERE) == 2
    assert capsys.readouterr().err == "package: sapre is not among the requirements\n"


def test_the_command_builds_nothing_for_another_machine(source, tmp_path, capsys):
    assert package.main([str(tmp_path / "package.zip"), "--source", str(source)], runtime=("Darwin", "arm64", "3")) == 2
    assert capsys.readouterr().err.startswith("package: the app runs Python 3 on Darwin arm64, which this is not: ")
    assert not (tmp_path / "package.zip").exists()


def test_what_is_in_the_package_is_told_beside_it(built):
    [component] = json.loads(built.with_name("package.cdx.json").read_text())["components"]
    assert (component["purl"], component["licenses"]) == (
        "pkg:pypi/greeting@1.0", [{"license": {"name": "MIT"}}])
