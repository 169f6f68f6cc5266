// The vault with the secret of the service principal, and the right of the Function App to read it.

import { Tags } from '../types.bicep'

param name string
param location string
param tags Tags
param secretName string

@description('Empty to keep the secret that the vault has.')
@secure()
param secret string

@description('Resource id of the only subnet that it takes traffic from; empty to take it from everywhere.')
param subnetId string

@description('Whether nobody may purge it once it is removed.')
param purgeProtection bool

@description('The system-assigned identity of the Function App, which resolves Key Vault references.')
param readerPrincipalId string

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User

resource vault 'Microsoft.KeyVault/vaults@2026-05-15' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    networkAcls: empty(subnetId)
      ? null
      : {
          defaultAction: 'Deny'
          bypass: 'AzureServices' // whoever deploys writes the secret through Resource Manager
          virtualNetworkRules: [
            {
              id: subnetId
            }
          ]
        }
    enablePurgeProtection: purgeProtection ? true : null // false would be refused where it is on
  }
}

resource stored 'Microsoft.KeyVault/vaults/secrets@2026-05-15' = if (!empty(secret)) {
  parent: vault
  name: secretName
  properties: {
    value: secret
  }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, readerPrincipalId, secretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
  }
}
