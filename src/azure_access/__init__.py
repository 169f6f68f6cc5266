"""What every function needs to get at Azure: identity, workspaces, time limits, errors."""
