"""The suite is the same tests in every process, and at any time: else pytest-xdist runs none of them."""
from tests.inner_run import run_tests


def test_another_process_finds_the_same_tests_later(request):
    targets = dict.fromkeys(item.path for item in request.session.items)
    found = run_tests("--collect-only", *map(str, targets), PYTHONHASHSEED="1", TZ="Asia/Kathmandu")
    assert found.returncode == 0, found.stdout[-2000:]
    there = set(found.stdout.splitlines())
    missing = [item.nodeid for item in request.session.items if item.nodeid not in there]
    assert missing == []
