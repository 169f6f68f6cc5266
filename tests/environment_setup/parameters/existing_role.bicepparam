// A built-in role in the place of the custom one.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param existingWorkspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/sample-ws'
param existingRole = 'f6c7c914-8db3-469d-8ca1-694a8f32e121'
