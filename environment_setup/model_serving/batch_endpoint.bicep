// A batch endpoint, whose deployments are put there by deploy_batch_model.sh. Deployed to the resource group of the
// workspace.

import { Caller } from 'types.bicep'
import { Tags } from '../types.bicep'

@description('Name of the endpoint; no other one in the region has it.')
@minLength(3)
@maxLength(32)
param name string

@description('Name of the workspace.')
param workspaceName string

@description('Region of the endpoint, which is that of the workspace.')
param location string = resourceGroup().location

@description('Who may start its jobs, which run as whoever starts them: beside whoever has that right on the workspace.')
param callers Caller[] = []

@description('The default deployment, if there is one: what is deployed replaces what deploy_batch_model.sh has set.')
param defaultDeployment string = ''

@description('Tags of the endpoint.')
param tags Tags = {}

var dataScientist = 'f6c7c914-8db3-469d-8ca1-694a8f32e121' // AzureML Data Scientist

resource workspace 'Microsoft.MachineLearningServices/workspaces@2026-07-01' existing = {
  name: workspaceName
}

resource endpoint 'Microsoft.MachineLearningServices/workspaces/batchEndpoints@2026-07-01' = {
  parent: workspace
  name: name
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: union(
    {
      authMode: 'AADToken'
    },
    empty(defaultDeployment) ? {} : { defaults: { deploymentName: defaultDeployment } }
  )
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for caller in callers: {
    scope: workspace // a job writes runs, reads models and data: the endpoint alone is too little
    name: guid(workspace.id, caller.principalId, dataScientist) // as other templates call it: there is one of each
    properties: {
      principalId: caller.principalId
      principalType: caller.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataScientist)
    }
  }
]

@description('Where jobs are started.')
output scoringUri string = endpoint.properties.scoringUri
