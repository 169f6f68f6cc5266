// A subscription whose policies want tags, no traffic from the internet, no keys, and vaults that nobody can purge.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'prod'
param tags = {
  owner: 'platform'
  'cost-center': '42'
}
param existingWorkspaceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ml/providers/Microsoft.MachineLearningServices/workspaces/sample-ws'
param servicePrincipalClientId = '11111111-1111-1111-1111-111111111111'
param servicePrincipalObjectId = '22222222-2222-2222-2222-222222222222'
param disableLocalAuth = true
param subnetId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/company/subnets/functions'
param purgeProtection = true
