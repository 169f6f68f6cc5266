#!/usr/bin/env bash
# Sourced by what puts something beside what is in use, and defines `go_back`, which takes it away again, or does nothing
# where there is nothing to take away. Makes `folder`, for what the script writes on its way.
# Whatever ends the script, a signal too, `go_back` is called, the folder is gone, and the exit code is not 0 where the way
# back failed. A task that is cancelled may be killed before that: a step after it calls the script with `go-back`.

folder=$(mktemp -d)

end() {
  set +e
  (set -e; go_back)  # in a shell of its own, so that its first failure ends it, and not this
  failed=$?
  rm -rf "$folder"
  if [ "$failed" != 0 ]; then
    exit "$failed"
  fi
}

trap end EXIT
