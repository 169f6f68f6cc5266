"""Sample workspaces: experiments, pipeline runs and the events they end with."""
