"""Stories: runs as someone's workspace had them, with the events that told of them, from files."""
