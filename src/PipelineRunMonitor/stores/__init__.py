"""Records -> a store that has accepted them, and back: what is recorded."""
