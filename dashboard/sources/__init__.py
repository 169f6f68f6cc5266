"""Where the dashboard's answers come from: one protocol, and a module for each kind of source."""
