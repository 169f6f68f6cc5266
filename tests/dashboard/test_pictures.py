"""The pictures of docs/queries.md, held against what the program draws now."""
import subprocess
import sys
from dataclasses import astuple
from xml.etree import ElementTree

import pytest

from dashboard.charts import DARK, FONT, LIGHT, QUERIES
from dashboard.pictures import PICTURES, REPOSITORY
from tests.dashboard import wide_font

NAMES = sorted(file.stem for file in QUERIES.glob("*.kql"))
LIMIT_BYTES = 100_000

each_query = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The folder that the program has filled, on a machine where much is set that must not matter to a picture."""
    folder = tmp_path_factory.mktemp("pictures")
    home = tmp_path_factory.mktemp("home")
    for family in FONT.split(", "):
        wide_font.write(home / ".fonts" / f"{family}.ttf", family)
    subprocess.run([sys.executable, "-m", "dashboard.pictures", "--output", folder], cwd=REPOSITORY,
                   env={"PATH": "", "HOME": str(home), "TZ": "Asia/Kathmandu", "LC_ALL": "C", "COLUMNS": "20"},
                   check=True, capture_output=True, timeout=120)
    return folder


@each_query
def test_picture_of_the_page_is_what_is_drawn_now(drawn, name):
    kept = PICTURES / f"{name}.svg"
    assert kept.exists(), "run `make pictures`"
    assert kept.read_text("utf-8") == (drawn / f"{name}.svg").read_text("utf-8"), "run `make pictures`"


def test_there_are_pictures_of_queries_and_no_others(drawn):
    assert sorted(file.name for file in drawn.iterdir()) == [f"{name}.svg" for name in NAMES]
    assert sorted(file.name for file in PICTURES.iterdir()) == [f"{name}.svg" for name in NAMES]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    ended = subprocess.run([sys.executable, "-m", "dashboard.pictures", "--output", tmp_path / "file"], cwd=REPOSITORY,
                           capture_output=True, text=True, timeout=120)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert ended.stderr == f"python -m dashboard.pictures: {tmp_path / 'file'}: File exists\n"


@each_query
def test_picture_is_small_and_has_something_to_show(drawn, name):
    text = (drawn / f"{name}.svg").read_text("utf-8")
    assert len(text.encode()) < LIMIT_BYTES
    shown = [element.text for element in ElementTree.fromstring(text).iter("{http://www.w3.org/2000/svg}text")]
    assert len(shown) > 3


def test_pictures_are_small_together(drawn):
    assert sum(file.stat().st_size for file in drawn.iterdir()) < 10 * LIMIT_BYTES


@each_query
def test_picture_needs_nothing_from_elsewhere(drawn, name):
    root = ElementTree.parse(drawn / f"{name}.svg").getroot()
    assert not [element for element in root.iter() if element.tag.endswith(("}script", "}image", "}foreignObject"))]
    assert "url(http" not in ElementTree.tostring(root, "unicode")


@each_query
def test_picture_is_dark_for_whoever_prefers_that(drawn, name):
    style = ElementTree.parse(drawn / f"{name}.svg").getroot()[0].text
    assert style.startswith("@media (prefers-color-scheme:dark)")
    for light, dark in zip(astuple(LIGHT), astuple(DARK)):
        assert f'[fill="{light}"]{{fill:{dark}}}' in style
        assert f'[stroke="{light}"]{{stroke:{dark}}}' in style
