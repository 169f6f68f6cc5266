// A workspace is created, and one of another subscription is monitored too.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param moreWorkspaceIds = [
  '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/other/providers/Microsoft.MachineLearningServices/workspaces/other-ws'
]
