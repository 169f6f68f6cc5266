import pytest

from NotebookRuns.repository.patterns import Pattern


@pytest.mark.parametrize("pattern", ["one.ipynb", "*.ipynb", "o*e.*", "???.ipynb", "a/b/one.ipynb", "a/*/one.ipynb",
                                     "**/one.ipynb", "a/**", "a/**/*.ipynb", "**/b/*", "./a/b/*.ipynb", "/a/b/*", "**",
                                     "a/**/b/**/one.ipynb"])
def test_pattern_means_the_path(pattern):
    assert Pattern.parse(pattern).matches("a/b/one.ipynb")


@pytest.mark.parametrize("pattern", ["ONE.ipynb", "one", "b/one.ipynb", "/one.ipynb", "a/*", "a/*.ipynb", "*/one.ipynb",
                                     "a/**/c/*", "a/b/one.ipynb/**/x", "?ne.ipyn", "", "[o]ne.ipynb"])
def test_pattern_means_another(pattern):
    assert not Pattern.parse(pattern).matches("a/b/one.ipynb")


def test_a_spiteful_pattern_takes_no_longer():
    assert not Pattern.parse("/".join(["**", "*a*a*a*a*a*a*b"] * 60)).matches("/".join(["a" * 50] * 60))
    assert not Pattern.parse("*a" * 125 + "b").matches("a" * 5_000)
