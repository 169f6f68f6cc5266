// What failed below a pipeline run and was not made good again, as failed_pipeline_runs.kql has it, and what it says.
import { withChanges } from "./address.js";
import { copyButton, element, portalOf, webLink } from "./elements.js";
import { gist } from "./format.js";

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

// The error of a pipeline run with its cause: what it says in a line, and the whole of it; null where nothing failed.
// `own` is its row of run_details.kql, if it has one.
export function failurePanel(own, steps) {
  const failed = failedSteps(steps);
  // Records of the first version may name a failure that was made good again.
  const named = steps.find((step) => step.run_id === own?.failed_step_run_id);
  const told = named && !failed.includes(named) ? {} : own ?? {};
  const first = failed.find((step) => step.run_id === told.failed_step_run_id) ?? firstCause(failed);
  const code = told.failed_step_error_code || first?.error_code || own?.error_code;
  const message = told.failed_step_error_message || first?.error_message || own?.error_message;
  if (!first && !message) return null;
  const step = told.failed_step_name || first?.step_name;
  const line = gist(message);
  return element("section", { class: "panel failure", "aria-label": "Error" },
    element("h2", {}, step ? `Failed in ${step}` : "Failed", code && element("code", {}, code)),
    message?.includes("\n") && !line.includes("\n") && element("strong", {}, line),
    element("pre", { tabindex: "0", role: "region", "aria-label": "The whole error" }, message || "No error was recorded."),
    element("p", {}, first && [
      element("a", { "data-key": "failed step", href: withChanges({ step: first.run_id }) }, "Details of the step"), " ",
      webLink(portalOf(first, first.run_id), "portal of the failed step", "Open the step in the portal"), " "],
    message && copyButton(message, "Copy the error"), " ", failed.length > 1 ? `${failed.length} steps failed.` : ""));
}

function nodeOf(step) {
  return step.node_id || step.step_name;
}
