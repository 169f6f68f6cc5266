print("about to fail")
raise ValueError("no rows")
