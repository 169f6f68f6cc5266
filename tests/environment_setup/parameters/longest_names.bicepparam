// The longest names that are allowed, and everything that has one.
using '../../../environment_setup/main.bicep'

param baseName = 'Abcdefgh10'
param environmentName = 'prod'
param servicePrincipalClientId = '11111111-1111-1111-1111-111111111111'
param servicePrincipalObjectId = '22222222-2222-2222-2222-222222222222'
param servicePrincipalSecret = 'hush'
param moreWorkspaceIds = [
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg/providers/Microsoft.MachineLearningServices/workspaces/A-name-of-33-characters-for-a-wor'
]
