import gc

import pytest

from azure_access.swift_imports import swift_imports


@pytest.fixture(autouse=True)
def thawed():
    yield
    gc.unfreeze()


def test_nothing_is_searched_for_garbage_until_the_last_one_has_imported():
    with swift_imports():
        with swift_imports():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_imported_is_not_searched_later_either():
    with swift_imports():
        made = [[] for _ in range(1_000)]
    assert gc.get_freeze_count() > len(made)


def test_an_import_that_fails_ends_it_too():
    with pytest.raises(ImportError), swift_imports():
        raise ImportError
    assert gc.isenabled()
