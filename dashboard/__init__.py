"""A page in the browser about what was recorded: charts of the answers of queries/, and their pictures."""
