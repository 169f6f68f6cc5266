// The storage account of the Function App: what its host keeps, the deployed package, and the dead letters.

import { Tags } from '../types.bicep'

param name string
param location string
param tags Tags

@description('Resource id of the only subnet that it takes traffic from; empty to take it from everywhere.')
param subnetId string

@description('Names of its containers.')
param containers string[]

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false // every access is by an identity
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    networkAcls: empty(subnetId)
      ? null
      : {
          defaultAction: 'Deny'
          bypass: 'AzureServices' // Event Grid writes dead letters, by the identity of a topic
          virtualNetworkRules: [
            {
              id: subnetId
            }
          ]
        }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2026-06-01' existing = {
  parent: account
  name: 'default'
}

resource created 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-06-01' = [
  for one in containers: {
    parent: blobs
    name: one
    properties: {
      publicAccess: 'None'
    }
  }
]
