// Three workspaces of one name, in different resource groups and subscriptions.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param existingWorkspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/team-ws'
param moreWorkspaceIds = [
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml2/providers/Microsoft.MachineLearningServices/workspaces/team-ws'
  '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/team-ws'
]
