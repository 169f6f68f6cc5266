"""The settings of an OpenTelemetry backend, by OpenTelemetry's own names."""
import pytest

from azure_access.errors import SettingsError
from PipelineRunMonitor.otlp_settings import Otlp, OtlpEndpoint

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example:4318/"}


def read(**changes):
    return Otlp.from_environment({**ENDPOINT, **changes})


def test_the_common_endpoint_gets_the_paths_of_the_signals():
    assert read() == Otlp(OtlpEndpoint("https://collector.example:4318/v1/logs"),
                          OtlpEndpoint("https://collector.example:4318/v1/traces"))


def test_an_endpoint_of_a_signal_is_taken_as_it_is():
    found = Otlp.from_environment({"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "https://logs.example/in",
                                   "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://traces.example/"})
    assert (found.logs.url, found.traces.url) == ("https://logs.example/in", "http://traces.example/")
    assert read(OTEL_EXPORTER_OTLP_LOGS_ENDPOINT="https://logs.example").traces.url.endswith(":4318/v1/traces")


def test_headers_are_a_list_of_encoded_values_of_which_a_signal_s_own_win():
    found = read(OTEL_EXPORTER_OTLP_HEADERS=" api-key=a%2Cb , x_y = 1=2,,", OTEL_EXPORTER_OTLP_LOGS_HEADERS="api-key=c")
    assert found.logs.headers == {"api-key": "c", "x_y": "1=2"}
    assert found.traces.headers == {"api-key": "a,b", "x_y": "1=2"}
    assert "a,b" not in repr(found)


def test_the_rest_is_read_as_it_is(tmp_path):
    (tmp_path / "ca.pem").touch()
    found = read(OTEL_EXPORTER_OTLP_COMPRESSION="gzip", OTEL_EXPORTER_OTLP_CERTIFICATE=str(tmp_path / "ca.pem"),
                 OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf", OTLP_TOKEN_SCOPE="https://monitor.azure.com/.default")
    assert (found.is_compressed, found.certificate, found.scope) == (
        True, str(tmp_path / "ca.pem"), "https://monitor.azure.com/.default")


@pytest.mark.parametrize("changes, words", [
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, "OTEL_EXPORTER_OTLP_ENDPOINT not set"),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector"}, "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector'"),
    ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://"}, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is 'https://'"),
    ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'"),
    ({"OTEL_EXPORTER_OTLP_COMPRESSION": "zip"}, "put gzip or none"),
    ({"OTEL_EXPORTER_OTLP_CERTIFICATE": "/nowhere"}, "OTEL_EXPORTER_OTLP_CERTIFICATE is '/nowhere', which is no file"),
    ({"OTEL_EXPORTER_OTLP_HEADERS": "q" * 40}, "OTEL_EXPORTER_OTLP_HEADERS is no list of headers"),
    ({"OTEL_EXPORTER_OTLP_LOGS_HEADERS": "a b=c"}, "OTEL_EXPORTER_OTLP_LOGS_HEADERS is no list of headers"),
    ({"OTEL_EXPORTER_OTLP_HEADERS": "key=hush%0ax"}, "a value for key that no header can have"),
    ({"OTEL_EXPORTER_OTLP_HEADERS": "key=hush%E2%82%AC"}, "a value for key that no header can have"),
    ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector", "OTLP_TOKEN_SCOPE": "s"}, "does not begin with https://"),
])
def test_what_cannot_be_is_named_with_its_cure_and_no_secret(changes, words):
    with pytest.raises(SettingsError) as raised:
        read(**changes)
    assert words in str(raised.value) and "hush" not in str(raised.value) and "qqq" not in str(raised.value)
