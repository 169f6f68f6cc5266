// Nothing but what is required: everything is created.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
