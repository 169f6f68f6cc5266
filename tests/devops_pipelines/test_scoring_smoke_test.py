"""The smoke test of a scoring service finds what works and what does not, of the sample's own score.py.

Around that stands a server that leaves the telemetry of Microsoft's inference server, or that of ACI and AKS.
"""
import contextlib
import io
import json
import re
from datetime import UTC, datetime

import joblib
import pytest
import score
from patients import read_patients
from regression import train_model
from starlette.responses import JSONResponse
from starlette.routing import Route

from devops_pipelines import scoring_smoke_test
from local_azure.application_insights.models import TelemetryStore
from local_azure.application_insights.routes import routes
from local_azure.control.middleware import ControlledService
from local_azure.control.models import Fault, Traffic
from local_azure.serving import ServerThread, open_socket, url_of
from tests.queries.kusto_parser import client as kusto_parser
from tests.queries.kusto_parser.client import Query

KEY, QUERY_KEY, SCORING_KEY = "11111111-2222-3333-4444-555555555555", "query-key", "scoring-key"


class Service:
    """`line`, what is `said` in it, and `code` take the place of what the telemetry would say; `old` is that of ACI and
    AKS."""

    def __init__(self, store):
        self.store, self.traffic = store, Traffic()
        self.reset()

    def reset(self):
        self.answer = self.line = self.code = self.deployment = None
        self.old, self.said = False, {}
        self.store.clear()
        self.traffic.reset()

    async def score(self, request):
        if request.headers.get("authorization") != f"Bearer {SCORING_KEY}":
            return JSONResponse({"message": "Unauthorized"}, 401)
        self.deployment = request.headers.get("azureml-model-deployment")
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            answer = score.run((await request.body()).decode(), {
                name.title(): value for name, value in request.headers.items()})
        line = self.line or json.dumps({**json.loads(printed.getvalue()), **self.said})
        self._tell(request.headers["x-ms-client-request-id"], line)
        return JSONResponse(self.answer or answer)

    def _tell(self, request_id, line):
        message = ("STDOUT", {"Content": line}) if self.old else (line, {})
        code = self.code or "200"
        request = {"id": request_id, "responseCode": code, "properties": {}} if self.old else {
            "id": "1fa482daf28b4b51", "responseCode": "0", "properties": {
                "Client Request Id": request_id, "resultCode": code}}
        items = [("Message", "MessageData", {"message": message[0], "properties": message[1]}),
                 ("Request", "RequestData", {"name": "/score", "duration": "00:00:00.010", "success": True, **request})]
        self.store.accept([{"name": f"Microsoft.ApplicationInsights.{name}", "iKey": KEY, "tags": {},
                            "time": datetime.now(UTC).isoformat(), "data": {"baseType": kind, "baseData": data}}
                           for name, kind, data in items], datetime.now(UTC))


@pytest.fixture(scope="module")
def running(tmp_path_factory, certificates):
    folder = tmp_path_factory.mktemp("model")
    joblib.dump(train_model(read_patients("diabetes"), 0.4).model, folder / "model.pkl")
    with pytest.MonkeyPatch.context() as patch, contextlib.closing(TelemetryStore(instrumentation_key=KEY)) as store:
        patch.setenv("AZUREML_MODEL_DIR", str(folder))
        score.init()
        service, servers = Service(store), ServerThread(certificates)
        opened = {name: open_socket(name, 0) for name in ("scoring", "application_insights")}
        served = {"scoring": [Route("/score", service.score, methods=["POST"])],
                  "application_insights": routes(store, QUERY_KEY)}
        servers.serve({opened[name]: ControlledService(name, served[name], service.traffic) for name in opened})
        yield service, {name: url_of(one) for name, one in opened.items()}
        servers.close()
        for one in opened.values():
            one.close()


@pytest.fixture
def service(running):
    service, _ = running
    service.reset()
    return service


@pytest.fixture
def run(running, certificates, monkeypatch, capsys):
    """Runs the program; its exit code and what it printed."""
    _, urls = running
    for name, value in {"SCORING_TOKEN": SCORING_KEY, "QUERY_TOKEN": QUERY_KEY, "NO_PROXY": "127.0.0.1",
                        "SSL_CERT_FILE": str(certificates.authority)}.items():
        monkeypatch.setenv(name, value)

    def run(*arguments, query_url=("--query-url", f"{urls['application_insights']}/v1/apps/any/query")):
        capsys.readouterr()
        exit_code = scoring_smoke_test.main(["--scoring-url", f"{urls['scoring']}/score", *query_url,
                                             "--interval", "0.05", "--timeout", "20", *arguments])
        text = "".join(capsys.readouterr())
        assert SCORING_KEY not in text and QUERY_KEY not in text
        return exit_code, text
    return run


@pytest.mark.parametrize("old", [False, True], ids=["inference server", "ACI and AKS"])
def test_request_and_log_line_are_found(service, run, old):
    service.old = old
    exit_code, text = run()
    assert exit_code == 0, text
    assert "2 rows were answered with " in text
    assert text.endswith("passed: Application Insights has the request, and its log line with the same trace\n")


def test_an_endpoint_takes_the_id_of_the_request_as_it_is():
    """It cuts longer ones, and they would not be found again."""
    ids = {scoring_smoke_test.ScoringRequest.compose([[1.0]]).request_id for _ in range(50)}
    assert len(ids) == 50 and all(re.fullmatch(r"smoke-test-[A-Za-z0-9_-]{20,29}", one) for one in ids)


def test_a_deployment_is_asked_whatever_its_traffic(service, run):
    assert run("--deployment", "build-7")[0] == 0
    assert service.deployment == "build-7"


def test_without_a_query_the_answer_has_to_do(service, run):
    exit_code, text = run(query_url=())
    assert exit_code == 0 and "telemetry" not in text


def test_other_rows_are_asked_about(service, run, tmp_path):
    (tmp_path / "rows.json").write_text(json.dumps([[0] * 10] * 3))
    assert "3 rows were answered" in run("--rows", str(tmp_path / "rows.json"))[1]


@pytest.mark.parametrize("fault", [{"kind": "reset"}, {"kind": "half"}, {"status": 503}, {"status": 424}],
                         ids=["reset", "half an answer", "503", "not started"])
def test_a_service_that_is_not_up_yet_is_asked_again(service, run, fault):
    service.traffic.inject(Fault("scoring", times=2, **fault))
    exit_code, text = run()
    assert exit_code == 0
    assert text.count(" s: the service ") == 2


def test_a_service_that_stays_down_is_a_failure(service, run):
    service.traffic.inject(Fault("scoring", 503, times=1_000))
    exit_code, text = run("--timeout", "0.3")
    assert exit_code == 1 and "scoring_smoke_test: the service answered HTTP 503, after " in text


def test_a_refused_token_is_a_failure_at_once(service, run, monkeypatch):
    monkeypatch.setenv("SCORING_TOKEN", "none")
    exit_code, text = run()
    assert exit_code == 1 and "the service answered HTTP 401" in text


@pytest.mark.parametrize(("answer", "problem"), [
    ({"results": [1, 2]}, 'the answer is not {"result": [numbers]}'), ([1], "the answer is not"),
    ({"result": [1]}, "1 results for 2 rows"), ({"result": [1, "2"]}, "a result that is no number"),
    ({"result": None}, "the answer is not")])
def test_an_answer_of_another_shape_is_a_failure(service, run, answer, problem):
    service.answer = answer
    exit_code, text = run()
    assert exit_code == 1 and problem in text


def test_a_request_that_failed_behind_its_answer_is_a_failure(service, run):
    service.code = "500"
    exit_code, text = run()
    assert exit_code == 1 and "the request with the result 500, not 200" in text


@pytest.mark.parametrize("said", [{"TraceParent": "00-another"}, {"NumberOfPredictions": 1}])
def test_a_log_line_that_tells_something_else_is_a_failure(service, run, said):
    service.said = said
    exit_code, text = run()
    assert exit_code == 1 and "the log line tells" in text


@pytest.mark.parametrize(("version", "expected"), [("3", (0, "passed: ")), ("2", (1, "version 3 of the model has"))])
def test_the_version_of_the_model_that_has_answered_can_be_wanted(service, run, version, expected):
    service.said = {"ModelVersion": "3"}
    exit_code, text = run("--model-version", version)
    assert exit_code == expected[0] and expected[1] in text


def test_telemetry_that_does_not_come_is_a_failure(service, run):
    service.line = "init done"
    exit_code, text = run("--timeout", "0.3")
    assert exit_code == 1 and "Application Insights has no log line of the request yet, after " in text


@pytest.mark.parametrize("arguments", [["--rows", "none.json"], ["--scoring-url", "http://plain"]])
def test_what_cannot_be_asked_is_told(run, arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2


def test_without_the_secret_of_queries_none_is_asked(run, monkeypatch, capsys):
    monkeypatch.delenv("QUERY_TOKEN")
    with pytest.raises(SystemExit):
        scoring_smoke_test.main(["--scoring-url", "https://x/score", "--query-url", "https://y"])
    assert "QUERY_TOKEN not set" in capsys.readouterr().err


def test_microsofts_kusto_parser_takes_the_queries():
    texts = {"request": scoring_smoke_test.REQUEST, "log line": scoring_smoke_test.LINE}
    queries = [Query(name, text.format(request_id="any")) for name, text in texts.items()]
    assert [verdict.faults for verdict in kusto_parser.find().check(queries)] == [(), ()]
