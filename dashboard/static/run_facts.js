// What is told of a pipeline run below its name: from its record, or while it has none from what its steps tell.
import { copyButton, element } from "./elements.js";
import { commit, duration, exactTime, starterName, time } from "./format.js";

const ENDED = ["Completed", "Failed", "NotResponding", "Canceled"];

// `own` is its row of run_details.kql, if it has one.
export function hasEnded(own) {
  return ENDED.includes(own?.run_status);
}

// `running` is its row of running_runs.kql while it is in progress.
export function ownFacts(own, running) {
  return facts([
    ["Started (UTC)", time(own.start_time), exactTime(own.start_time)],
    ...running ? soFar(running) : [
      ["Ended (UTC)", time(own.end_time), exactTime(own.end_time)], ["Duration", duration(own.duration_seconds)]],
    ["Queued", duration(own.queue_seconds)],
    ["Submitted by", own.submitted_by], ["Started by", startedBy(own), exactTime(own.scheduled_time)],
    ["Parameters", own.parameter_names], ["Compute", [own.target, own.vm_size].filter(Boolean).join(" ")],
    ["Branch", own.git_branch], ["Commit", commit(own.git_commit), own.git_commit],
    ["Workspace", own.workspace_name], runId(own.run_id)]);
}

export function runningFacts(running) {
  return facts([
    ["Began (UTC)", time(running.begin_time), exactTime(running.begin_time)], ...soFar(running),
    ["Submitted by", running.submitted_by], ["Workspace", running.workspace_name], runId(running.run_id)]);
}

// Each a name, a value, and where it is shortened the exact one; what has no value is left out.
export function facts(list) {
  return element("dl", { class: "facts" }, list.filter(([, value]) => value).flatMap(([name, value, exact]) => element(
    "div", {}, element("dt", {}, name), element("dd", { title: exact }, value))));
}

function soFar({ running_seconds: seconds, usual_p50_seconds: usual }) {
  return [["In progress for", duration(seconds)], ["Usually", usual && duration(usual)]];
}

function runId(id) {
  return ["Run id", id && [id, " ", copyButton(id, "Copy the run id")]];
}

function startedBy({ started_by: starter, schedule, scheduled_time: due }) {
  return [starterName(starter), schedule && `(${schedule})`, due && `for ${time(due)} UTC`].filter(Boolean).join(" ");
}
