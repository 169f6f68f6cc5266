"""Text off the wire -> events, and which were seen before."""
