"""The README is short, and what it says of the packages is what is installed."""
from tests import requirements_files
from tests.docs.pages import README, REPOSITORY, rows, shown


def test_readme_is_a_door():
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 200


def test_packages_are_those_of_the_requirements():
    pins = requirements_files.pins((REPOSITORY / "src" / "requirements.txt").read_text(encoding="utf-8"))
    pinned = [f"{pin.name}=={pin.version}" for pin in pins]
    named = [f"{shown(package)}=={shown(version)}" for package, version, _ in rows(README, "What it rests on")]
    assert named
    assert set(named) <= set(pinned)
