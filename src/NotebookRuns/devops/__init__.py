"""Azure DevOps: the repository, the test runs, and the pipeline that waits."""
