// The same workspace twice, and once more in other case.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param existingWorkspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/team-ws'
param moreWorkspaceIds = [
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/team-ws'
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/ML/providers/Microsoft.MachineLearningServices/workspaces/Team-WS'
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/other-ws'
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/OTHER-ws'
]
