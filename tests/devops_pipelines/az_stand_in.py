"""Stands in for the Azure CLI, and for what else the scripts of the pipelines call: answers as told, notes the calls.

Its first argument is the path of the command that it stands for. `answers.json` beside that has by the first words of a
call what it does, one answer a time and the last again and again: prints a text, exits with a number, fails with
`{"exit_code": …, "error": …}`, or has the script end with `{"signal": …}`. `calls.json` gets a line a call.
"""
import json
import os
import sys
from pathlib import Path


def main() -> int:
    command, *arguments = sys.argv[1:]
    folder = Path(command).parent
    call = " ".join([Path(command).name, *arguments])
    log = folder / "calls.json"
    before = [json.loads(line)["call"] for line in log.read_text().splitlines()] if log.exists() else []
    with log.open("a") as file:
        print(json.dumps({"call": call, "environment": dict(os.environ)}), file=file)
    for words, answers in json.loads((folder / "answers.json").read_text()).items():
        if call.startswith(words):
            answer = answers[min(sum(one.startswith(words) for one in before), len(answers) - 1)]
            if isinstance(answer, dict) and "signal" in answer:
                os.kill(os.getppid(), answer["signal"])
                return 0
            if isinstance(answer, dict):
                print(answer["error"], file=sys.stderr)
                return answer["exit_code"]
            if isinstance(answer, int):
                return answer
            print(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main())
