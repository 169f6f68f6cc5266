"""Where an OpenTelemetry backend is: settings under OpenTelemetry's own names, as far as they are for OTLP over HTTP.

"OpenTelemetry Protocol Exporter" describes them, docs/settings.md what of them is read.
"""
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from azure_access.environment import Read, quote, reader
from azure_access.errors import SettingsError

_ENDPOINT, _HEADERS = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS"
NAMES: dict[str, tuple[str, ...]] = {
    _ENDPOINT: (),
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": (),
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": (),
    _HEADERS: (),
    "OTEL_EXPORTER_OTLP_LOGS_HEADERS": (),
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS": (),
    "OTEL_EXPORTER_OTLP_PROTOCOL": (),
    "OTEL_EXPORTER_OTLP_COMPRESSION": (),
    "OTEL_EXPORTER_OTLP_CERTIFICATE": (),
    "OTLP_TOKEN_SCOPE": (),
}
_PROTOCOL = "http/protobuf"


@dataclass(frozen=True, slots=True)
class OtlpEndpoint:
    """The address of one signal, and the headers that go with each request, which are mostly keys."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Otlp:
    """`certificate` is the PEM file of an authority that is to be trusted in the place of the usual ones; `scope` that
    of a token to send with each request, None where the headers are enough."""

    logs: OtlpEndpoint
    traces: OtlpEndpoint
    is_compressed: bool = False
    certificate: str | None = None
    scope: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Otlp":
        """Raises SettingsError, which names the setting and says what to put there."""
        read = reader(environment, NAMES)
        protocol = read("OTEL_EXPORTER_OTLP_PROTOCOL") or _PROTOCOL
        if protocol != _PROTOCOL:
            raise SettingsError(f"OTEL_EXPORTER_OTLP_PROTOCOL is {quote(protocol)}: nothing but {_PROTOCOL} is spoken "
                                "here, mostly on another port (4318)")
        compression = read("OTEL_EXPORTER_OTLP_COMPRESSION") or "none"
        if compression not in ("gzip", "none"):
            raise SettingsError(f"OTEL_EXPORTER_OTLP_COMPRESSION is {quote(compression)}: put gzip or none there")
        certificate = read("OTEL_EXPORTER_OTLP_CERTIFICATE")
        if certificate and not Path(certificate).is_file():
            raise SettingsError(f"OTEL_EXPORTER_OTLP_CERTIFICATE is {quote(certificate)}, which is no file: put the "
                                "path of a PEM file there, or remove it")
        scope = read("OTLP_TOKEN_SCOPE")
        return cls(_endpoint(read, "LOGS", scope), _endpoint(read, "TRACES", scope), compression == "gzip",
                   certificate, scope)


def _endpoint(read: Read, signal: str, scope: str | None) -> OtlpEndpoint:
    """The one of the signal is taken as it is; to the common one the signal's path is added."""
    own, common = f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT", read(_ENDPOINT)
    url = read(own) or (f"{common.rstrip('/')}/v1/{signal.lower()}" if common else None)
    if url is None:
        raise SettingsError(f"{_ENDPOINT} not set: put the address of the receiver of OTLP over HTTP there, such as "
                            "https://collector.example:4318")
    name = own if read(own) else _ENDPOINT
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise SettingsError(f"{name} is {quote(read(name) or '')}: put an address there that begins with https:// or "
                            "http://")
    if scope and not url.startswith("https://"):
        raise SettingsError(f"{name} does not begin with https://, and with OTLP_TOKEN_SCOPE each request has a token")
    headers = f"OTEL_EXPORTER_OTLP_{signal}_HEADERS"
    return OtlpEndpoint(url, {**_parse_headers(_HEADERS, read(_HEADERS)), **_parse_headers(headers, read(headers))})


def _parse_headers(name: str, text: str | None) -> dict[str, str]:
    """As in the header `baggage` of W3C: `name=value`, separated by commas, the values percent-encoded."""
    headers = {}
    for pair in filter(None, map(str.strip, (text or "").split(","))):
        key, equals, value = pair.partition("=")
        key, value = unquote(key).strip(), unquote(value).strip()
        if not equals or not key.isascii() or not key.replace("-", "a").replace("_", "a").isalnum():
            raise SettingsError(f"{name} is no list of headers: put name=value there, separated by commas")
        if not (value.isascii() and value.isprintable()):
            raise SettingsError(f"{name} has a value for {key} that no header can have: remove what is no text from it")
        headers[key] = value
    return headers
