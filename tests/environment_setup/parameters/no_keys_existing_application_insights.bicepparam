// An existing component takes tokens alone, of a service principal.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param disableLocalAuth = true
param existingApplicationInsightsId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/insights/providers/Microsoft.Insights/components/records'
param servicePrincipalClientId = '11111111-1111-1111-1111-111111111111'
param servicePrincipalObjectId = '22222222-2222-2222-2222-222222222222'
