"""Says what it is, logs, tags, leaves files and starts a run of its own, as a training script does."""
import os
import sys

from azureml.core import Run

run = Run.get_context()
print("context", type(run).__name__, run.id, run.experiment.name, run.experiment.workspace.name, *sys.argv[1:],
      os.environ["COLOUR"], open("data/rows.csv").read())
run.tag("kind", "spike")
run.add_properties({"owner": "tests"})
with open("outputs/model.txt", "w") as model:
    model.write("model")
with open("other.txt", "w") as other:
    other.write("other")
run.upload_file("given/other.txt", "other.txt")
child = run.child_run("part")
child.log("mse", 1.0)
child.complete()
bad = run.child_run("bad")
bad.fail("no rows", "DataError")
run.log("loss", 0.5, step=1)
run.log("loss", 0.25, step=2)
run.log("mse", float("nan"))
run.log_row("row", a=1, b=2.5)
