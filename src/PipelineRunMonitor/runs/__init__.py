"""Event -> run snapshot: what is asked of Azure Machine Learning, in which order."""
