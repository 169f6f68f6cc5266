// A schedule of Azure Machine Learning itself (SDK v2): it runs an earlier pipeline job again. Deployed to the resource
// group of the workspace; no identity needs a role for it.

import { checkedTime } from 'calls.bicep'
import { Parameters, Recurrence } from 'types.bicep'

@description('Name of the schedule.')
@minLength(3)
param name string

@description('Name of the workspace.')
param workspaceName string

@description('Name of the pipeline job that is run again.')
param jobName string

@description('Experiment that the runs are in.')
param experimentName string

@description('Values of the inputs of the pipeline job that differ from those it had.')
param inputs Parameters = {}

@description('When it is run; empty where cron says so.')
param recurrence Recurrence?

@description('When it is run, as a cron expression in the time zone.')
param cron Cron?

@description('Whether the schedule is on.')
param enabled bool = true

@sealed()
type Cron = {
  @description('Minute, hour and day of the week: day and month have to be *.')
  expression: string
  @description('Before it no run is started, such as 2026-12-01T06:00:00.')
  startTime: string
  timeZone: string?
}

var isOnce = empty(recurrence) != empty(cron)
var firstTime = checkedTime(recurrence.?startTime ?? cron.?startTime ?? '0000-00-00T00:00:00')
var recurrenceTrigger = union(
  {
    triggerType: 'Recurrence'
    frequency: recurrence.?frequency
    interval: recurrence.?interval
    startTime: firstTime
    timeZone: recurrence.?timeZone ?? 'UTC'
  },
  empty(recurrence.?hours ?? []) && empty(recurrence.?minutes ?? []) && empty(recurrence.?weekDays ?? [])
    ? {}
    : {
        schedule: union(
          {
            hours: recurrence.?hours ?? [int(substring(firstTime, 11, 2))]
            minutes: recurrence.?minutes ?? [int(substring(firstTime, 14, 2))]
          },
          empty(recurrence.?weekDays ?? []) ? {} : { weekDays: recurrence.?weekDays }
        )
      }
)
var cronTrigger = {
  triggerType: 'Cron'
  expression: cron.?expression
  startTime: firstTime
  timeZone: cron.?timeZone ?? 'UTC'
}

resource workspace 'Microsoft.MachineLearningServices/workspaces@2026-07-01' existing = {
  name: workspaceName
}

resource schedule 'Microsoft.MachineLearningServices/workspaces/schedules@2026-07-01' = {
  parent: workspace
  name: name
  properties: {
    isEnabled: enabled
    trigger: isOnce ? (empty(cron) ? recurrenceTrigger : cronTrigger) : fail('give one of recurrence and cron')
    action: {
      actionType: 'CreateJob'
      jobDefinition: {
        jobType: 'Pipeline'
        sourceJobId: '${workspace.id}/jobs/${jobName}'
        experimentName: experimentName
        inputs: mapValues(inputs, value => { jobInputType: 'literal', value: value })
        tags: {
          submitted_by: 'schedule'
          schedule: name
        }
      }
    }
  }
}
