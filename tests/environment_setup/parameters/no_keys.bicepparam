// Application Insights takes tokens alone.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param disableLocalAuth = true
