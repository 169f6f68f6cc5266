// Azure Machine Learning runs a job again, on some days of the week.
using '../../../../environment_setup/scheduling/job_schedule.bicep'

param name = 'nightly'
param workspaceName = 'sample-ws'
param jobName = 'first_job'
param experimentName = 'batch_scoring'
param inputs = {
  param_batch_size: '50'
}
param recurrence = {
  frequency: 'Week'
  interval: 1
  startTime: '2026-12-01T06:00:00'
  timeZone: 'W. Europe Standard Time'
  weekDays: ['Monday', 'Friday']
  hours: [6, 18]
}
