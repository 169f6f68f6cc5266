"""An executed notebook -> test results."""
