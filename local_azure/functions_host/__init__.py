"""The local stand-in for the Azure Functions host: functions with an Event Grid, HTTP, Service Bus or timer trigger."""
