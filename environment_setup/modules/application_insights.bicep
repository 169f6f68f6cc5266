// Application Insights in workspace mode, with its Log Analytics workspace.

import { Tags } from '../types.bicep'

param name string
param logAnalyticsName string
param location string
param tags Tags
param retentionDays int

@description('Whether telemetry has to come with a token; the connection string alone is enough otherwise.')
param disableLocalAuth bool

resource logAnalytics 'Microsoft.OperationalInsights/workspaces@2026-03-01' = {
  name: logAnalyticsName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: logAnalytics.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: disableLocalAuth
    SamplingPercentage: 100 // a record that is sampled out is lost
  }
}

output appId string = component.properties.AppId
