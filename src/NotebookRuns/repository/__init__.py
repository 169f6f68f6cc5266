"""The zip of a repository -> the notebooks that are asked for, and what they need."""
