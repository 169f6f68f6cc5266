// The app settings of the Function App. They are set when the secret and the right to read it are there: a Key Vault
// reference that cannot be resolved is handed to the app as it stands, for up to a day.

import { AppSettings } from '../types.bicep'

param functionAppName string
param storageName string

@description('The Application Insights component, whose connection string is looked up where it is set, and handed on by nobody.')
param applicationInsightsId string

@description('App settings besides those of the platform.')
param settings AppSettings

var platformSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
  AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
  APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString // for the telemetry of the host
  APP_INSIGHTS_CONNECTION_STRING: component.properties.ConnectionString // for the records
  PYTHON_ISOLATE_WORKER_DEPENDENCIES: '1' // the azure-functions of requirements.txt, not that of the platform
  PYTHON_THREADPOOL_THREAD_COUNT: '16' // events that a worker handles at a time
  APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL: 'True'
}

resource storage 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: storageName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: split(applicationInsightsId, '/')[8]
  scope: resourceGroup(split(applicationInsightsId, '/')[2], split(applicationInsightsId, '/')[4])
}

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(platformSettings, settings)
}
