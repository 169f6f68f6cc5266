// Alerts go to two people.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param alertEmailAddresses = [
  'ada@example.com'
  'grace@example.com'
]
