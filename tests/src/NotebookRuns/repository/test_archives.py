"""The zip of a repository, whatever is in it."""
import io
import stat
import struct
import zipfile

import pytest

from NotebookRuns.errors import RepositoryError
from NotebookRuns.repository import archives
from NotebookRuns.repository.archives import open_archive
from tests.zips import zip_of


def test_files_are_read_by_their_paths():
    archive = open_archive(zip_of({"a/b.txt": "b", "é.txt": b"\xff", "a/": ""}))
    assert (archive.paths, archive.read("a/b.txt"), archive.read("é.txt")) == (["a/b.txt", "é.txt"], b"b", b"\xff")
    with pytest.raises(RepositoryError, match="has no file a/c.txt"):
        archive.read("a/c.txt")


@pytest.mark.parametrize(("files", "paths"), [
    ({"top/a": "", "top/b/c": ""}, ["a", "b/c"]), ({"top/a": "", "b": ""}, ["b", "top/a"]),
    ({"a/b": "", "c/d": ""}, ["a/b", "c/d"]), ({"a": ""}, ["a"])])
def test_a_folder_that_all_is_in_can_be_left_out(files, paths):
    assert open_archive(zip_of(files)).without_top().paths == paths


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/a", "C:/a", "a\\..\\b", "a:b", "..", "a/.."])
def test_a_name_that_leads_out_is_refused(name):
    content = zip_of({"X" * len(name): "a"}).replace(b"X" * len(name), name.encode())
    with pytest.raises(RepositoryError, match="leads out of it"):
        open_archive(content)


def test_a_name_may_have_a_colon_as_git_takes_it():
    assert open_archive(zip_of({"notes: today.md": "a"})).paths == ["notes: today.md"]


def test_links_are_left_out():
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("file", "a")
    assert open_archive(content.getvalue()).paths == ["file"]


def test_a_file_with_a_password_is_refused():
    content = bytearray(zip_of({"a": "b"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(RepositoryError, match="a has a password"):
        open_archive(bytes(content))


@pytest.mark.parametrize("content", [b"", b"<html>Sign in</html>", zip_of({"a": "b"})[:-30]])
def test_what_is_no_zip_is_refused(content):
    with pytest.raises(RepositoryError, match="did not answer with a zip"):
        open_archive(content)


def test_a_damaged_file_is_named():
    content = zip_of({"a": "content" * 9})
    damaged = content[:35] + bytes([content[35] ^ 255]) + content[36:]
    with pytest.raises(RepositoryError, match="a cannot be read"):
        open_archive(damaged).read("a")


def test_a_stream_that_is_no_deflate_is_named():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a", "content" * 99)
    damaged = bytearray(content.getvalue())
    damaged[31:35] = b"\xff\xff\xff\xff"
    with pytest.raises(RepositoryError, match="a cannot be read .*: error"):
        open_archive(bytes(damaged)).read("a")


@pytest.mark.parametrize(("limit", "value", "problem"), [
    ("MOST_ZIP_BYTES", 10, "the zip of the repository has more than 10 bytes"), ("MOST_FILES", 1, "more than 1 files"),
    ("MOST_BYTES", 1_999, "more than 1,999 bytes when it is unpacked")])
def test_a_repository_stays_within_bounds(monkeypatch, limit, value, problem):
    content = zip_of({"a": "x" * 1_000, "b": "x" * 1_000})
    open_archive(content)
    monkeypatch.setattr(archives, limit, value)
    with pytest.raises(RepositoryError, match=problem):
        open_archive(content)


def test_a_bomb_goes_off_within_bounds():
    """200 MB of zeros in 200 KB."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("bomb", "w") as file:
        for _ in range(200):
            file.write(bytes(2**20))
    with pytest.raises(RepositoryError, match="bomb has more than 104,857,600 bytes"):
        open_archive(content.getvalue()).read("bomb")


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_says():
    content = bytearray(zip_of({"bomb": bytes(10_000)}))
    for head, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(head) + place, 10)
    with pytest.raises(RepositoryError, match="bomb cannot be read"):
        open_archive(bytes(content)).read("bomb")
