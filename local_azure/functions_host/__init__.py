"""The local stand-in for the Azure Functions host: it runs a function app's Event Grid triggers."""
