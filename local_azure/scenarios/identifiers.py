"""Ids and variation that follow from names, so that every load gives the same runs."""
import uuid

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://ml.azure.com/sample-ws")
_ADJECTIVES = ("calm", "eager", "gentle", "hungry", "loyal", "quiet", "sincere")
_NOUNS = ("apple", "bridge", "cloud", "drum", "engine", "ginger", "lantern", "tent")


def identifier(*names: str) -> str:
    """A GUID for the thing so named."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(names)))


def job_name(*names: str) -> str:
    """The name of a job of SDK v2, which is made up where its user gives none."""
    found = uuid.UUID(identifier(*names, "job"))
    return f"{_ADJECTIVES[found.int % 7]}_{_NOUNS[found.int % 8]}_{found.hex[:10]}"


def varied(amount: float, *names: str, most: float = 0.08) -> float:
    """`amount`, up to eight percent, or another part, more or less; the same names always give the same."""
    fraction = uuid.UUID(identifier(*names)).int / 2**128
    return amount * (1 - most + 2 * most * fraction)
