// The Function App on the Flex Consumption plan. Its host storage and its package are reached by its own identity.

param name string
param planName string
param location string
param tags object
param storageName string
param packageContainer string
param instanceMemoryMB int
param maximumInstanceCount int

@description('Resource id of a user-assigned identity that the app has besides its own; empty for none.')
param userAssignedIdentityId string

@description('Connection string of the Application Insights component.')
param connectionString string

@description('App settings by name, besides those of the platform.')
param settings object

var platformSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
  AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
  APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString // for the telemetry of the host
  APP_INSIGHTS_CONNECTION_STRING: connectionString // for the records
  PYTHON_ISOLATE_WORKER_DEPENDENCIES: '1' // the azure-functions of requirements.txt, not that of the platform
  PYTHON_THREADPOOL_THREAD_COUNT: '16' // events that a worker handles at a time
  APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL: 'True'
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: storageName
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true // Linux
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: union(tags, {
    'azd-service-name': 'monitor' // by this tag azd finds where to deploy the service of azure.yaml
  })
  kind: 'functionapp,linux'
  identity: empty(userAssignedIdentityId) ? {
    type: 'SystemAssigned'
  } : {
    type: 'SystemAssigned, UserAssigned'
    userAssignedIdentities: {
      '${userAssignedIdentityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      appSettings: map(items(union(platformSettings, settings)), setting => {
        name: setting.key
        value: setting.value
      })
    }
    functionAppConfig: {
      runtime: {
        name: 'python'
        version: '3.11'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: {
            type: 'SystemAssignedIdentity'
          }
        }
      }
    }
  }
}

output hostName string = app.properties.defaultHostName
output principalId string = app.identity.principalId
