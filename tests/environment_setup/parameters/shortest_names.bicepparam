// The shortest names that are allowed.
using '../../../environment_setup/main.bicep'

param baseName = 'Abc'
param environmentName = 'qa'
