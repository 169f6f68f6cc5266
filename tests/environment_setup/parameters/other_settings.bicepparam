// Everything else that can be chosen.
using '../../../environment_setup/main.bicep'

param baseName = 'Sample'
param environmentName = 'dev'
param location = 'northeurope'
param tags = {
  team: 'ml'
  'cost-center': '42'
}
param logRetentionDays = 30
param instanceMemoryMB = 4096
param maximumInstanceCount = 1000
param settings = {
  RECORDED_STATUSES: 'Failed,Canceled'
  DELIVERY_TIMEOUT_SECONDS: '20'
}
