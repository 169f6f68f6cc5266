// A development machine with notebooks for one person: a compute instance that stops when it is left alone and every
// evening. Deployed to the resource group of the workspace.

@description('Name of the machine; no other in the region has it.')
@minLength(3)
@maxLength(24)
param name string

@description('Name of the workspace.')
param workspaceName string

@description('Object id in Entra ID of the only person who may use it.')
param userObjectId string

@description('Tenant of that person.')
param userTenantId string = tenant().tenantId

@description('Region of the machine.')
param location string = resourceGroup().location

@description('Its size.')
param vmSize string = 'Standard_DS3_v2'

@description('After which time without use it stops, as an ISO 8601 duration.')
param idleTime string = 'PT60M'

@description('Hour at which it stops in any case.')
@minValue(0)
@maxValue(23)
param stopHour int = 20

@description('Time zone of that hour, by its name in Windows.')
param timeZone string = 'UTC'

resource workspace 'Microsoft.MachineLearningServices/workspaces@2026-07-01' existing = {
  name: workspaceName
}

resource machine 'Microsoft.MachineLearningServices/workspaces/computes@2026-07-01' = {
  parent: workspace
  name: name
  location: location
  properties: {
    computeType: 'ComputeInstance'
    disableLocalAuth: true
    properties: {
      vmSize: vmSize
      applicationSharingPolicy: 'Personal'
      computeInstanceAuthorizationType: 'personal'
      personalComputeInstanceSettings: {
        assignedUser: {
          objectId: userObjectId
          tenantId: userTenantId
        }
      }
      sshSettings: {
        sshPublicAccess: 'Disabled'
      }
      idleTimeBeforeShutdown: idleTime
      schedules: {
        computeStartStop: [
          {
            action: 'Stop'
            status: 'Enabled'
            triggerType: 'Cron'
            cron: {
              expression: '0 ${stopHour} * * *'
              timeZone: timeZone
            }
          }
        ]
      }
    }
  }
}
