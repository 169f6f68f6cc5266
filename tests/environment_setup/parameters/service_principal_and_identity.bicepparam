// Both: the service principal reads the runs.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param servicePrincipalClientId = '11111111-1111-1111-1111-111111111111'
param servicePrincipalObjectId = '22222222-2222-2222-2222-222222222222'
param userAssignedIdentityId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/identities/providers/Microsoft.ManagedIdentity/userAssignedIdentities/reader'
