"""What may become of a run: the statuses of Azure Machine Learning, and which of them mean an end or a failure.

The one place that says so; a test holds the queries to it.
"""
ALL = ("NotStarted", "Starting", "Provisioning", "Preparing", "Queued", "Running", "Finalizing", "CancelRequested",
       "Completed", "Failed", "Canceled", "NotResponding", "Unapproved", "Pausing", "Paused")
COMPLETED = "Completed"
NOT_RESPONDING = "NotResponding"  # counts as failed, but may yet come back and complete
FAILED = ("Failed", NOT_RESPONDING)
ENDED = (COMPLETED, "Canceled", *FAILED)
FINAL = tuple(status for status in ENDED if status != NOT_RESPONDING)
