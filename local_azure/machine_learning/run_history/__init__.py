"""Run history: experiments, runs and what they say of themselves."""
