// A batch endpoint whose jobs a group may start.
using '../../../../environment_setup/model_serving/batch_endpoint.bicep'

param name = 'diabetes-batch'
param workspaceName = 'sample-ws'
param callers = [
  {
    principalId: '11111111-1111-1111-1111-111111111111'
    principalType: 'Group'
  }
]
