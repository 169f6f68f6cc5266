"""The function app: binds the Event Grid trigger to PipelineRunMonitor."""
import azure.functions as func

from PipelineRunMonitor.pipeline_run_monitor import main

app = func.FunctionApp()


@app.function_name("PipelineRunMonitor")
@app.event_grid_trigger(arg_name="event")
def pipeline_run_monitor(event: str) -> None:  # str: the one annotation that takes every schema, and a batch
    main(event)
