// Notebooks are run for build pipelines, in two workspaces, and pipelines may be started, all by a service principal.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param existingWorkspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/sample-ws'
param moreWorkspaceIds = [
  '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/other/providers/Microsoft.MachineLearningServices/workspaces/other-ws'
]
param servicePrincipalClientId = '11111111-1111-1111-1111-111111111111'
param servicePrincipalObjectId = '22222222-2222-2222-2222-222222222222'
param settings = {
  SUBMITTABLE_PIPELINES: 'nightly=batch:scoring'
}
param runNotebooks = true
param notebookSenderIds = [
  '33333333-3333-3333-3333-333333333333'
  '44444444-4444-4444-4444-444444444444'
  '33333333-3333-3333-3333-333333333333'
]
