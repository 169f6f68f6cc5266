// Lost events are looked for.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param reconcile = true
