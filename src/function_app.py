"""The function app: binds its functions to their triggers.

Where one function cannot be loaded, the host loads none. So what only a function beside the monitor needs is imported
when that is called.
"""
from typing import TYPE_CHECKING

import azure.functions as func

from PipelineRunMonitor import pipeline_run_monitor

if TYPE_CHECKING:
    from PipelineSchedule.answers import Answer

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


@app.function_name("SubmitPipeline")
@app.route("pipelines/{name}/runs", methods=["POST"])
def submit_pipeline(req: func.HttpRequest) -> func.HttpResponse:
    from PipelineSchedule import submit_pipeline
    headers = {name.lower(): text for name, text in req.headers.items()}
    name = req.route_params.get("name", "")
    return _respond(submit_pipeline.main(submit_pipeline.Request(name, req.get_body(), headers, req.url)))


@app.function_name("RunStatus")
@app.route("runs/{run_id}", methods=["GET"])
def tell_run_status(req: func.HttpRequest) -> func.HttpResponse:
    from PipelineRunMonitor import run_outcome
    from PipelineSchedule import run_status
    return _respond(run_status.main(req.route_params.get("run_id", ""), run_outcome.read))


@app.function_name("SubmitOnSchedule")
@app.timer_trigger(arg_name="timer", schedule="%PIPELINE_SCHEDULE%")
def submit_on_schedule(timer: func.TimerRequest) -> None:
    from PipelineSchedule import submit_on_schedule
    submit_on_schedule.main()


@app.function_name("RunNotebooks")
@app.service_bus_queue_trigger(arg_name="message", connection="NOTEBOOK_SERVICE_BUS", queue_name="%NOTEBOOK_QUEUE%",
                               data_type=func.DataType.BINARY)  # of a text the host takes JSON for metadata
def run_notebooks(message: func.ServiceBusMessage) -> None:
    from NotebookRuns import run_notebooks
    run_notebooks.main(run_notebooks.Message(
        message.get_body(), message.application_properties or {}, message.delivery_count or 1))


@app.function_name("ReportNotebookRun")
@app.event_grid_trigger(arg_name="event")
def report_notebook_run(event: str) -> None:
    from NotebookRuns import report_notebook_run
    from PipelineRunMonitor import notebook_results
    report_notebook_run.main(event, notebook_results.send)


@app.function_name("CloseStaleNotebookPlans")
@app.timer_trigger(arg_name="timer", schedule="0 */5 * * * *")
def close_stale_notebook_plans(timer: func.TimerRequest) -> None:
    from NotebookRuns import close_stale_plans
    from PipelineRunMonitor import notebook_results
    close_stale_plans.main(notebook_results.send)


def _respond(answer: "Answer") -> func.HttpResponse:
    return func.HttpResponse(answer.body, status_code=answer.status, headers=dict(answer.headers),
                             mimetype="application/json")
