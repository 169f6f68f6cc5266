// Workspaces that have their system topics already; the ids are written in other case.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param existingWorkspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/sample-ws'
param moreWorkspaceIds = [
  '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/other/providers/Microsoft.MachineLearningServices/workspaces/other-ws'
]
param systemTopicNames = {
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/ml/providers/microsoft.machinelearningservices/workspaces/sample-ws': 'topic-of-the-team'
  '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/other/providers/Microsoft.MachineLearningServices/workspaces/other-ws': 'topic-of-others'
}
