"""The Service Bus trigger of the local functions host: it takes messages from a queue and calls functions with them."""
