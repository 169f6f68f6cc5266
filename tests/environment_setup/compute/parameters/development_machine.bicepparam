// The development machine of one person.
using '../../../../environment_setup/compute/development_machine.bicep'

param name = 'ada'
param workspaceName = 'sample-ws'
param userObjectId = '33333333-3333-3333-3333-333333333333'
