// The cloud in China.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param location = 'chinanorth3'
param reconcile = true
param servicePrincipalClientId = '11111111-1111-1111-1111-111111111111'
param servicePrincipalObjectId = '22222222-2222-2222-2222-222222222222'
