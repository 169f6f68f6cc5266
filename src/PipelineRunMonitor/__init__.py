"""The PipelineRunMonitor function: an ended Azure Machine Learning run becomes one record in Application Insights."""
