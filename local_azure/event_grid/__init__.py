"""The local Event Grid: a topic to publish to, and delivery with Event Grid's promises."""
