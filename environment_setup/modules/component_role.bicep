// A role of one identity on an Application Insights component. Deployed to the resource group of the component.

param componentName string
param principalId string

@description('GUID of a built-in role.')
param role string

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, principalId, role)
  scope: component
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
