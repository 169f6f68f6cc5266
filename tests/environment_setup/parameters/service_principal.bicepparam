// A service principal reads the runs; its secret comes along.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param existingWorkspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/sample-ws'
param servicePrincipalClientId = '11111111-1111-1111-1111-111111111111'
param servicePrincipalObjectId = '22222222-2222-2222-2222-222222222222'
param servicePrincipalTenantId = '33333333-3333-3333-3333-333333333333'
param servicePrincipalSecret = 'hush'
