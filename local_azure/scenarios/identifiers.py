"""Ids and variation that follow from names, so that every load gives the same runs."""
import uuid

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://ml.azure.com/sample-ws")


def identifier(*names: str) -> str:
    """A GUID for the thing so named."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(names)))


def varied(amount: float, *names: str) -> float:
    """`amount`, up to eight percent more or less; the same names always give the same."""
    fraction = uuid.UUID(identifier(*names)).int / 2**128
    return amount * (0.92 + 0.16 * fraction)
