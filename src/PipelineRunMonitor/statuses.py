"""What may become of a run: the statuses of Azure Machine Learning, and which of them mean an end or a failure.

The one place that says so; a test holds the queries to it.
"""
ALL = ("NotStarted", "Starting", "Provisioning", "Preparing", "Queued", "Running", "Finalizing", "CancelRequested",
       "Completed", "Failed", "Canceled", "NotResponding", "Unapproved", "Pausing", "Paused")
FAILED = ("Failed", "NotResponding")
ENDED = ("Completed", "Canceled", *FAILED)
