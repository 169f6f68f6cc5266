"""The function app: binds its functions to their triggers.

Where one function cannot be loaded, the host loads none. So what only a function beside the monitor needs is imported
when that is called.
"""
import azure.functions as func

from PipelineRunMonitor import pipeline_run_monitor

app = func.FunctionApp()


@app.function_name("PipelineRunMonitor")
@app.event_grid_trigger(arg_name="event")
def record_ended_run(event: str) -> None:  # str: the one annotation that takes every schema, and a batch
    pipeline_run_monitor.main(event)


@app.function_name("Reconcile")
@app.timer_trigger(arg_name="timer", schedule="0 23 * * * *")
def record_missing_runs(timer: func.TimerRequest) -> None:
    from PipelineRunMonitor.missing_runs import reconcile
    reconcile.main()
