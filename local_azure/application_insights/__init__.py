"""A local Application Insights resource: it ingests telemetry and answers Kusto queries."""
