// Azure Machine Learning runs a job again, by cron.
using '../../../../environment_setup/scheduling/job_schedule.bicep'

param name = 'nightly'
param workspaceName = 'sample-ws'
param jobName = 'first_job'
param experimentName = 'batch_scoring'
param inputs = {
  param_batch_size: '50'
}
param cron = {
  expression: '0 6 * * 1-5'
  startTime: '2026-12-01T00:00:00'
}
