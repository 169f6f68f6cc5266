"""The Azure that the function needs, on one machine: real clients, stand-in servers on loopback."""
