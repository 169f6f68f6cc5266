"""A query that would run for hours."""

ENDLESS = "range x from 1 to 3000000000 step 1 | where hash_sha256(tostring(x)) == '' | count"
