"""Of a repository that is large, deep or odd the right files are taken, and the work grows with it, and no faster."""
import json
import stat
import zipfile
from dataclasses import replace

import pytest

from NotebookRuns.errors import RepositoryError
from NotebookRuns.jobs import read_jobs
from NotebookRuns.repository.archives import open_archive
from NotebookRuns.runs.snapshots import RUNNER
from tests.calls import count_calls
from tests.src.NotebookRuns.test_jobs import REQUEST, notebook
from tests.zips import zip_of

DEEP = "/".join(["deep"] * 200)
LARGE = b"0123456789" * 500_000
COMPOSED, APART = "données/été.ipynb", "donne\u0301es/e\u0301te\u0301.ipynb"


def repository(files=3_000, notebooks=1, odd=(), **metadata):
    """`files` in thirty folders, of which the first has the notebooks and its own files below it."""
    text = json.dumps({**json.loads(notebook("1")), "metadata": metadata})
    return open_archive(zip_of({
        **{f"f{number % 30}/sub{number % 7}/{number}.csv": str(number) for number in range(files)},
        **{f"f0/{number}.ipynb": text for number in range(notebooks)},
        "environment.yml": "dependencies:\r\n- pip\r\n- pip:\r\n  - pandas==2.2.3\r\n",
        "f0/release.json": '{\r\n"requirements": ["numpy==2.1.0"]}', **dict(odd)}))


def jobs(archive, *patterns):
    return read_jobs(archive, replace(REQUEST, notebooks=patterns or ("**/*.ipynb",)))


def test_what_lies_beside_one_notebook_of_a_large_repository_goes_with_it():
    [job] = jobs(repository())
    own = {f"f0/sub{number % 7}/{number}.csv" for number in range(0, 3_000, 30)}
    assert set(job.snapshot.files) == {"f0/0.ipynb", "f0/release.json", RUNNER, *own}
    assert job.snapshot.tree["children"]["f0"]["children"]["sub4"]["children"]["60.csv"]["type"] == "File"
    assert job.requirements.pip == ("pandas==2.2.3", "numpy==2.1.0")


def test_what_is_named_is_found_wherever_it_is_however_deep_or_large():
    archive = repository(odd={f"{DEEP}/a.bin": LARGE, f"other/{DEEP}/a.bin": ""},
                         notebook_runs={"files": ["deep/**/*.bin", "f1/**/1.csv", "/environment.yml"]})
    [job] = jobs(archive)
    assert set(job.snapshot.files) == {"f0/0.ipynb", f"{DEEP}/a.bin", "f1/sub1/1.csv", "environment.yml", RUNNER}
    assert job.snapshot.files[f"{DEEP}/a.bin"] == LARGE and job.snapshot.tree["children"]["deep"]["children"]


@pytest.mark.parametrize("path", [
    f"f0/{DEEP}/{DEEP}/a", f"f0/{'n' * 1_022}", "f0/" + "d/" * 20_000 + "a", "f0/" + "d/" * 253 + "a"])
def test_a_path_that_no_snapshot_takes_is_told_where_it_would_be_taken_along(path):
    with pytest.raises(RepositoryError, match="would take along f0/.*more than 1,024 characters or 254 path seg"):
        jobs(repository(30, odd={path: ""}))
    [job] = jobs(repository(30, odd={path.removeprefix("f0/"): ""}, notebook_runs={"files": ["f1/**/*.csv"]}))
    assert set(job.snapshot.files) == {"f0/0.ipynb", "f1/sub1/1.csv", RUNNER}


@pytest.mark.parametrize("stored", [COMPOSED, APART])
@pytest.mark.parametrize("asked", [COMPOSED, APART, "donn*/*.ipynb", "été.ipynb", "**/é?é.ipynb"])
def test_a_name_with_accents_is_found_however_they_are_written(stored, asked):
    [job] = jobs(repository(30, 0, odd={stored: notebook("1"), stored.replace(".ipynb", ".csv"): "1"}), asked)
    assert job.notebook.path == stored and len(job.snapshot.files) == 3


def test_a_link_is_never_followed():
    link = zipfile.ZipInfo("f0/link.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    [job] = jobs(repository(30, odd={link: "/etc/passwd"}))
    assert set(job.snapshot.files) == {"f0/0.ipynb", "f0/release.json", "f0/sub0/0.csv", RUNNER}


@pytest.mark.parametrize(("less", "more"), [
    ({"files": 1_500}, {"files": 3_000}), ({"files": 300, "notebooks": 20}, {"files": 300, "notebooks": 40}),
    ({"files": 1_500, "notebook_runs": {"files": ["f1/**/*.csv"] * 10}},
     {"files": 1_500, "notebook_runs": {"files": ["f1/**/*.csv"] * 20}})], ids=["files", "notebooks", "patterns"])
def test_the_work_grows_with_the_repository(less, more):
    short, long = (count_calls(lambda: jobs(repository(**options))) for options in (less, more))
    assert long <= 2.3 * short


def test_of_many_names_that_mean_nothing_some_are_told_and_little_is_compared():
    archive = repository(0, odd={f"reports/quarter/{number:04}.ipynb": "{}" for number in range(3_000)})

    def ask(count):
        with pytest.raises(RepositoryError) as refused:
            jobs(archive, *(f"reports/quarter/x{number:04}.ipynb" for number in range(count)))
        return str(refused.value)

    assert ask(50).endswith("; 47 more mean none") and "there is reports/quarter/0000.ipynb" in ask(3)
    assert count_calls(lambda: ask(50)) < 2_000_000


@pytest.mark.parametrize(("metadata", "told"), [
    ({"files": ["*.csv"] * 101}, "more than 100 files"), ({"requirements": ["pandas"] * 1_001}, "1,000 requirements"),
    ({"files": ["*" * 1_001]}, "one of more than 1,000 characters")])
def test_more_than_anybody_names_is_refused(metadata, told):
    with pytest.raises(RepositoryError, match=f"the metadata of f0/0.ipynb has .*{told}"):
        jobs(repository(30, notebook_runs=metadata))
