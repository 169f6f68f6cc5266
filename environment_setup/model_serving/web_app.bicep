// The scoring service as a container on App Service, for those who have no use for endpoints of Azure Machine Learning.
// Deployed to the resource group of the registry and the Application Insights of the workspace. The slot `next` takes a
// new image, which is asked there before it changes places with the one in use: deploy_web_app.sh.

import { Tags } from '../types.bicep'

@description('Name of the web app; no other user of Azure has it.')
@minLength(2)
@maxLength(54)
param name string

@description('Region of the web app.')
param location string = resourceGroup().location

@description('Name of the container registry.')
param registryName string

@description('The image, with its tag, such as diabetes-regression:3: the one in use, or any name before there is one.')
param image string

@description('Client id of the Entra application whose tokens the service takes.')
param clientId string

@description('Object ids of the users and service principals that may call it; empty for all of the tenant.')
param callers string[] = []

@description('Name of the Application Insights component that gets requests and log lines.')
param applicationInsightsName string

@description('Size of its machine; one that has slots: not Free, Shared or Basic.')
param sku string = 'P0v3'

@description('Tags of everything that is created.')
param tags Tags = {}

var acrPull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'
var port = '8080' // of the image
var slotName = 'next'
var settings = {
  serverFarmId: plan.id
  httpsOnly: true
  siteConfig: {
    linuxFxVersion: 'DOCKER|${registry.properties.loginServer}/${image}'
    acrUseManagedIdentityCreds: true
    alwaysOn: true
    healthCheckPath: '/'
    minTlsVersion: '1.2'
    scmMinTlsVersion: '1.2'
    ftpsState: 'Disabled'
    httpLoggingEnabled: true // keeps what the container prints
    logsDirectorySizeLimit: 35 // MB
    appSettings: [
      { name: 'WEBSITES_PORT', value: port }
      { name: 'AML_APP_INSIGHTS_ENABLED', value: 'true' }
      { name: 'AML_APP_INSIGHTS_KEY', value: applicationInsights.properties.InstrumentationKey }
      { name: 'SERVICE_NAME', value: name }
    ]
  }
}
var authentication = {
  globalValidation: {
    requireAuthentication: true
    unauthenticatedClientAction: 'Return401'
  }
  identityProviders: {
    azureActiveDirectory: {
      enabled: true
      registration: {
        clientId: clientId
        openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
      }
      validation: union(
        {
          allowedAudiences: [clientId, 'api://${clientId}']
        },
        empty(callers)
          ? {}
          : {
              defaultAuthorizationPolicy: {
                allowedPrincipals: {
                  identities: callers
                }
              }
            }
      )
    }
  }
}

resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = {
  name: registryName
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: '${name}-plan'
  location: location
  tags: tags
  kind: 'linux'
  sku: {
    name: sku
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'app,linux,container'
  identity: {
    type: 'SystemAssigned'
  }
  properties: settings
}

resource slot 'Microsoft.Web/sites/slots@2025-03-01' = {
  parent: app
  name: slotName
  location: location
  tags: tags
  kind: 'app,linux,container'
  identity: {
    type: 'SystemAssigned'
  }
  properties: settings
}

resource appAuthentication 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: authentication
}

resource slotAuthentication 'Microsoft.Web/sites/slots/config@2025-03-01' = {
  parent: slot
  name: 'authsettingsV2'
  properties: authentication
}

// Nobody deploys with a user name and a password.
resource appFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource appScm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

resource slotFtp 'Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: slot
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource slotScm 'Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: slot
  name: 'scm'
  properties: {
    allow: false
  }
}

resource appPull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, app.id, acrPull)
  properties: {
    principalId: app.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', acrPull)
  }
}

resource slotPull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, slot.id, acrPull)
  properties: {
    principalId: slot.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', acrPull)
  }
}

@description('Where predictions are asked for.')
output scoringUri string = 'https://${app.properties.defaultHostName}/score'
