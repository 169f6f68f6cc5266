"""Event and snapshot -> dimensions, message, span. Pure."""
