"""A notebook -> the run of it: its id, its tags, its files, its environment."""
