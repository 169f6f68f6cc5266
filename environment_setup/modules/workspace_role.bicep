// A role of one identity on a workspace. Deployed to the resource group of the workspace.

param workspaceName string
param principalId string

@description('GUID of a role definition.')
param role string

resource workspace 'Microsoft.MachineLearningServices/workspaces@2026-07-01' existing = {
  name: workspaceName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(workspace.id, principalId, role)
  scope: workspace
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
