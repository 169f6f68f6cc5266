// What failed below a pipeline run and was not made good again, as failed_pipeline_runs.kql has it.

const FAILED = ["Failed", "NotResponding"];

// `steps` are the answer of run_steps.kql: all runs below the pipeline run, in the order of submission.
export function failedSteps(steps) {
  const byId = new Map(steps.map((step) => [step.run_id, step]));
  const isMended = (run) => steps.some((other) => other !== run && other.run_status === "Completed"
    && other.parent_run_id === run.parent_run_id && nodeOf(other) === nodeOf(run) && other.submit_time >= run.submit_time);
  const isAbsorbed = (run) => run !== undefined
    && (run.run_status === "Completed" || isMended(run) || isAbsorbed(byId.get(run.parent_run_id)));
  return steps.filter((step) => FAILED.includes(step.run_status) && !isAbsorbed(step));
}

// A run that failed because of one below it is no cause.
export function firstCause(failed) {
  const explained = new Set(failed.map((step) => step.parent_run_id));
  const causes = failed.filter((step) => !explained.has(step.run_id));
  return causes.reduce((first, step) => (first && first.end_time <= step.end_time ? first : step), undefined);
}

function nodeOf(step) {
  return step.node_id || step.step_name;
}
