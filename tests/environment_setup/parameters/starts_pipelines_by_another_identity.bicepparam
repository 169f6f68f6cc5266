// Pipelines are started by an identity of their own.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param existingWorkspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/sample-ws'
param settings = {
  SUBMITTABLE_PIPELINES: 'nightly=batch:scoring'
  SCHEDULED_PIPELINE: 'nightly'
}
param submitterIdentityId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/identities/providers/Microsoft.ManagedIdentity/userAssignedIdentities/submitter'
