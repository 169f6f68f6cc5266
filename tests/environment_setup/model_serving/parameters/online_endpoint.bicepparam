// An online endpoint that a group may call.
using '../../../../environment_setup/model_serving/online_endpoint.bicep'

param name = 'diabetes'
param workspaceName = 'sample-ws'
param callers = [
  {
    principalId: '11111111-1111-1111-1111-111111111111'
    principalType: 'Group'
  }
]
