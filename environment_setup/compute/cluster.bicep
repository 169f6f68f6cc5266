// A compute cluster that costs nothing while nothing runs on it. Deployed to the resource group of the workspace.

@description('Name of the cluster.')
@minLength(3)
@maxLength(24)
param name string

@description('Name of the workspace.')
param workspaceName string

@description('Region of the cluster.')
param location string = resourceGroup().location

@description('Size of its machines.')
param vmSize string = 'Standard_DS3_v2'

@description('How many machines there may be at a time.')
@minValue(1)
param maximumNodeCount int = 4

@description('For how long a machine without work is kept, as an ISO 8601 duration.')
param idleTime string = 'PT2M'

resource workspace 'Microsoft.MachineLearningServices/workspaces@2026-07-01' existing = {
  name: workspaceName
}

resource cluster 'Microsoft.MachineLearningServices/workspaces/computes@2026-07-01' = {
  parent: workspace
  name: name
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    computeType: 'AmlCompute'
    disableLocalAuth: true
    properties: {
      osType: 'Linux'
      vmSize: vmSize
      vmPriority: 'Dedicated'
      remoteLoginPortPublicAccess: 'Disabled'
      scaleSettings: {
        minNodeCount: 0
        maxNodeCount: maximumNodeCount
        nodeIdleTimeBeforeScaleDown: idleTime
      }
    }
  }
}
