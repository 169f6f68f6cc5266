"""Online endpoints: the registered models that answer requests."""
