"""Arrays that functions make: no longer than Kusto's, so that none fills the machine's memory."""
MAX_ELEMENTS = 1 << 20


def counted(count: str) -> str:
    """A number of elements, as SQL; an error where it is too high."""
    return (f"CASE WHEN {count} > {MAX_ELEMENTS} THEN error('An array of more than {MAX_ELEMENTS:,} elements')"
            f" ELSE {count} END")
