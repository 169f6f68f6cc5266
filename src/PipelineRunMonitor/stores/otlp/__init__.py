"""Records -> any OpenTelemetry backend, by OTLP over HTTP."""
