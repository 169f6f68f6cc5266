// Lets the function read the runs of a workspace, and nothing else: a custom role with the actions of role.json, and
// its assignment. Deployed to the resource group of the workspace.

param workspaceName string
param functionAppName string
param principalId string

@description('GUID of a role definition to assign in the place of the custom role; empty for the custom role.')
param existingRole string

var role = loadJsonContent('../role.json')
var groupId = resourceGroup().id
var customRole = guid(groupId, workspaceName, functionAppName)
var assignedRole = empty(existingRole) ? customRole : existingRole

resource workspace 'Microsoft.MachineLearningServices/workspaces@2026-07-01' existing = {
  name: workspaceName
}

resource definition 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (empty(existingRole)) {
  name: customRole
  properties: {
    // The names of roles are unique in a tenant.
    roleName: '${role.name}: ${functionAppName} reads ${workspaceName} in ${resourceGroup().name}'
    description: role.description
    type: 'CustomRole'
    permissions: [
      {
        actions: role.actions
        notActions: []
        dataActions: role.dataActions
        notDataActions: []
      }
    ]
    assignableScopes: [
      groupId
    ]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(workspace.id, principalId, assignedRole)
  scope: workspace
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', assignedRole)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
  dependsOn: [
    definition
  ]
}

output workspaceLocation string = workspace.location
