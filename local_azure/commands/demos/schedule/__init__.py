"""`demo schedule`: a pipeline of three steps, and the ways in which its runs are started."""
