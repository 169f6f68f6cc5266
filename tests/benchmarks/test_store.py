"""The benchmark of the local store: its records are such as the function leaves, and it says what is too slow."""
import io
from contextlib import closing

from rich.console import Console

from local_azure.application_insights.kept_dimensions import FUNCTIONS, LONGS, RARE_TEXTS, REALS, TEXTS, TIMES
from local_azure.application_insights.models import TelemetryStore
from local_azure.folders import STORE_FILE
from tests.benchmarks.recorded_runs import fill
from tests.benchmarks.store import QueryTime, limit_seconds, tell


def test_copies_have_columns_that_say_what_their_json_says(tmp_path):
    counts = []
    fill(tmp_path, 500, counts.append)
    assert counts[-1] == 500 > counts[0]
    names = dict(zip(FUNCTIONS, ([*TEXTS, *" ".join(RARE_TEXTS.values()).split()], LONGS, REALS, TIMES), strict=True))
    read = {bag: ", ".join(f"{function}({bag}.{name})" for function, of in names.items() for name in of)
            for bag in ("customDimensions", "dimensions")}
    with closing(TelemetryStore(tmp_path / STORE_FILE, instrumentation_key="", read_only=True)) as store:
        assert store.query("traces | summarize dcount(tostring(customDimensions.run_id))").rows == ((500,),)
        columns = store.query(f"traces | sort by itemId asc | project {read['customDimensions']}")
        of_json = store.query("traces | sort by itemId asc | project dimensions = customDimensions"
                              f" | project {read['dimensions']}")
    assert columns.rows == of_json.rows


def test_a_size_has_the_limit_of_the_next_one_up():
    assert [limit_seconds(runs) for runs in (1, 100_000, 100_001, 1_000_000, 5_000_000)] == [0.5, 0.5, 3, 3, 3]


def test_a_query_over_its_limit_is_told_and_fails_the_benchmark():
    console = Console(file=io.StringIO(), width=100)
    assert tell(console, 100_000, [QueryTime("fast", 0.5, 1)])
    assert not tell(console, 100_000, [QueryTime("slow", 0.51, 1), QueryTime("fast", 0.1, 1)])
    assert "0.5 s missed: slow\n" in console.file.getvalue()
