"""Fields of a telemetry item, read one at a time and checked against the service's rules.

Lengths are counted as .NET counts them, in UTF-16 code units. A refusal is worded as the service words it, because
its text is all that a sender gets to see and what people search for.
"""
import json
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

MAX_PROPERTY_KEY = 150
MAX_PROPERTY_VALUE = 8_192

_INT_MAX = 2**31 - 1
_NAMES = ("verbose", "information", "warning", "error", "critical")
# Some exporters of OpenTelemetry send the number as a text.
_SEVERITIES = {text: level for level, name in enumerate(_NAMES) for text in (name, str(level))}
_DURATION = re.compile(r"(?:(\d{1,3})\.)?(\d{1,2}):(\d{2}):(\d{2}(?:\.\d{1,7})?)")


class InvalidItemError(ValueError):
    """The item cannot be accepted; the text is the answer to its sender."""

    def __init__(self, message: str) -> None:
        super().__init__(well_formed(message))


@dataclass(frozen=True, slots=True)
class Fields:
    """One object of an item, with the name the service has for its type. Every method raises InvalidItemError."""

    type_name: str
    values: dict[str, Any]

    def text(self, name: str, max_length: int, required: bool = False) -> str:
        """A string; a number or a truth value becomes its JSON text, an absent one the empty string."""
        value = self.values.get(name)
        if isinstance(value, (dict, list)):
            raise self._incorrect(name, "string")
        text = "" if value is None else _json_text(value)
        if required and not text:
            raise self._missing(name)
        self._check_length(name, text, max_length)
        return text

    def real(self, name: str, required: bool = False) -> float | None:
        value = self.values.get(name)
        if value is None and not required:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e308:
            raise self._incorrect(name, "double")
        return float(value)

    def count(self, name: str) -> int | None:
        number = self.real(name)
        if number is not None and not 0 <= number <= _INT_MAX:
            raise self._incorrect(name, "int")
        return None if number is None else int(number)

    def severity_level(self) -> int | None:
        """0 to 4; sent as the number, as its digit or as its name."""
        named = _SEVERITIES.get(str(self.values.get("severityLevel")).lower())
        return self.count("severityLevel") if named is None else named

    def duration_ms(self) -> float:
        """A .NET time span, [d.]hh:mm:ss[.fffffff], in milliseconds."""
        parts = _DURATION.fullmatch(self.text("duration", 50, required=True))
        if parts is None:
            raise self._incorrect("duration", "time span")
        days, hours, minutes, seconds = (float(part or 0) for part in parts.groups())
        return round(((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1_000, 4)

    def time(self, name: str) -> datetime:
        """An ISO 8601 time; one without an offset is UTC."""
        text = self.text(name, 64, required=True)
        try:
            time = datetime.fromisoformat(text)
            return time.replace(tzinfo=time.tzinfo or timezone.utc).astimezone(timezone.utc)
        except (ValueError, OverflowError):
            raise InvalidItemError(
                f"102: Field '{name}' on type '{self.type_name}' is not a valid time string."
                f" Expected: date, Actual: {text}"
            ) from None

    def nested(self, name: str, type_name: str) -> "Fields":
        """An object; an absent one is empty."""
        value = self.values.get(name) or {}
        if not isinstance(value, dict):
            raise self._incorrect(name, "object")
        return Fields(type_name, value)

    def entries(self, name: str, type_name: str) -> "list[Fields]":
        """An array of objects; it must not be empty."""
        found = self.values.get(name)
        if not found:
            raise self._missing(name)
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            raise self._incorrect(name, "array of objects")
        return [Fields(type_name, entry) for entry in found]

    def custom_dimensions(self) -> dict[str, str]:
        """The properties: strings only, as the service has them; nulls are left out."""
        properties = self.nested("properties", self.type_name).values
        texts = {key: _json_text(value) for key, value in properties.items() if value is not None}
        for key, text in texts.items():
            self._check_length("properties", key, MAX_PROPERTY_KEY)
            self._check_length(f"properties.{key}", text, MAX_PROPERTY_VALUE)
        return texts

    def custom_measurements(self) -> str | None:
        """The measurements as JSON text: numbers only; None when there are none."""
        measurements = self.nested("measurements", self.type_name)
        for key in measurements.values:
            self._check_length("measurements", key, MAX_PROPERTY_KEY)
        numbers = {key: measurements.real(key) for key in measurements.values}
        return json.dumps(numbers, ensure_ascii=False) if numbers else None

    def _check_length(self, name: str, text: str, max_length: int) -> None:
        length = len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
        if length > max_length:
            raise InvalidItemError(
                f"100: Field '{name}' on type '{self.type_name}' is too long."
                f" Expected: {max_length} characters, Actual: {length}"
            )

    def _missing(self, name: str) -> InvalidItemError:
        return InvalidItemError(
            f"109: Field '{name}' on type '{self.type_name}' is required but missing or empty."
            " Expected: string, Actual: "
        )

    def _incorrect(self, name: str, expected: str) -> InvalidItemError:
        return InvalidItemError(
            f"106: Field '{name}' on type '{self.type_name}' is of incorrect type."
            f" Expected: {expected}, Actual: {_json_text(self.values.get(name))[:100]}"
        )


def _json_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def well_formed(text: str) -> str:
    """Half a surrogate pair is legal in JSON but in no encoding, so U+FFFD takes its place."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
