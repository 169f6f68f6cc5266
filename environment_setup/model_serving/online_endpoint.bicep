// A managed online endpoint, whose deployments are put there by deploy_model.sh. Deployed to the resource group of the
// workspace. It stays while models come and go: its address and who may call it do not change.

import { Caller, Traffic } from 'types.bicep'
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

@description('GUID of a role that lets them call it; empty to create one that lets them do nothing else.')
param existingRole string = ''

@description('Shares of the deployments that there are: what is deployed replaces what deploy_model.sh has set.')
param traffic Traffic = {}

@description('Whether it can be called from the internet, or through a private endpoint of the workspace alone.')
param publicNetworkAccess ('Enabled' | 'Disabled') = 'Enabled'

@description('Tags of the endpoint.')
param tags Tags = {}

var customRole = guid(resourceGroup().id, workspaceName, name, 'score')
var callerRole = empty(existingRole) ? customRole : existingRole

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
  properties: union(
    {
      authMode: 'AADToken' // no keys that could leak
      publicNetworkAccess: publicNetworkAccess
    },
    empty(traffic) ? {} : { traffic: traffic }
  )
}

// "Authenticate clients for online endpoints": a call with a token of Entra needs this action on the endpoint.
resource scorer 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (!empty(callers) && empty(existingRole)) {
  name: customRole
  properties: {
    // The names of roles are unique in a tenant.
    roleName: 'Scoring: calls ${name} of ${workspaceName} in ${resourceGroup().name} (${subscription().subscriptionId})'
    description: 'Asks one online endpoint of Azure Machine Learning for predictions, and no more.'
    type: 'CustomRole'
    permissions: [
      {
        actions: ['Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action']
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: [
      resourceGroup().id
    ]
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for caller in callers: {
    scope: endpoint
    name: guid(endpoint.id, caller.principalId, callerRole)
    properties: {
      principalId: caller.principalId
      principalType: caller.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', callerRole)
    }
    dependsOn: [
      scorer
    ]
  }
]

@description('Where predictions are asked for.')
output scoringUri string = endpoint.properties.scoringUri
