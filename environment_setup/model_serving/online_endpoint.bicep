// A managed online endpoint, whose deployments are put there by deploy_model.sh. Deployed to the resource group of the
// workspace. It stays while models come and go: its address and who may call it do not change.

import { Caller, dataScientist } from 'types.bicep'
import { Tags } from '../types.bicep'

@description('Name of the endpoint; no other one in the region has it.')
@minLength(3)
@maxLength(32)
param name string

@description('Name of the workspace.')
param workspaceName string

@description('Region of the endpoint, which is that of the workspace.')
param location string = resourceGroup().location

@description('Who may call it, beside whoever has that right on the workspace.')
param callers Caller[] = []

@description('Whether it can be called from the internet, or through a private endpoint of the workspace alone.')
param publicNetworkAccess ('Enabled' | 'Disabled') = 'Enabled'

@description('Tags of the endpoint.')
param tags Tags = {}

resource workspace 'Microsoft.MachineLearningServices/workspaces@2026-07-01' existing = {
  name: workspaceName
}

resource endpoint 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2026-07-01' = {
  parent: workspace
  name: name
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    authMode: 'AADToken' // no keys that could leak
    publicNetworkAccess: publicNetworkAccess
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for caller in callers: {
    scope: endpoint
    name: guid(endpoint.id, caller.principalId, dataScientist)
    properties: {
      principalId: caller.principalId
      principalType: caller.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataScientist)
    }
  }
]

@description('Where predictions are asked for.')
output scoringUri string = endpoint.properties.scoringUri
