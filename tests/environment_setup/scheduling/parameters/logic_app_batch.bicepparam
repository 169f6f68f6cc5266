// A Logic App invokes a batch endpoint.
using '../../../../environment_setup/scheduling/logic_app.bicep'

param name = 'nightly'
param workspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/sample-ws'
param pipeline = {
  kind: 'batchEndpoint'
  name: 'scoring'
}
param experimentName = 'batch_scoring'
param parameters = {
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
