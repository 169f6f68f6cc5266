// Everything but the code and the event subscriptions, which need the deployed function: event_subscription.bicep.

@description('What the names of all resources begin with: letters and digits, unique among all users of Azure.')
@minLength(3)
@maxLength(10)
param baseName string

@description('Which environment this is, such as dev or prod; a part of every name.')
@minLength(2)
@maxLength(4)
param environmentName string

@description('Region of everything that is created here; Flex Consumption has to be available there.')
param location string = resourceGroup().location

@description('Tags of every resource, besides application and environment.')
param tags object = {}

@description('Resource id of the workspace to monitor; empty to create one.')
param existingWorkspaceId string = ''

@description('Resource ids of further workspaces to monitor.')
param moreWorkspaceIds array = []

@description('Names of the system topics that monitored workspaces have already, by resource id of the workspace.')
param systemTopicNames object = {}

@description('Resource id of the Application Insights component that takes the records; empty to create one.')
param existingApplicationInsightsId string = ''

@description('Days for which a new Log Analytics workspace keeps the records.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Memory of an instance of the function, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('How many instances of the function there can be at a time.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('App settings of the function whose values differ from those below, by name, such as RECORDED_STATUSES.')
param settings object = {}

@description('Whether the runs of the last day whose events were lost are looked for and recorded, every hour.')
param reconcile bool = false

@description('Client id of a service principal that reads the runs in the place of a managed identity; or empty.')
param servicePrincipalClientId string = ''

@description('Object id of the service principal in Entra ID, which roles are assigned to.')
param servicePrincipalObjectId string = ''

@description('Tenant of the service principal.')
param servicePrincipalTenantId string = tenant().tenantId

@description('Secret of the service principal, for the Key Vault; empty to keep the one that is there.')
@secure()
param servicePrincipalSecret string = ''

@description('Resource id of a user-assigned identity that reads the runs in the place of its own; empty for none.')
param userAssignedIdentityId string = ''

@description('GUID of a role that lets the function read runs; empty to create one with the actions of role.json.')
param existingRole string = ''

@description('Mail addresses that alerts go to.')
param alertEmailAddresses array = []

var prefix = '${baseName}-${environmentName}'
var storagePrefix = toLower('${baseName}${environmentName}')
var functionAppName = '${prefix}-FUNC'
var storageName = '${storagePrefix}funcsa'
var keyVaultName = '${prefix}-KV'
var secretName = 'service-principal-password'
var packageContainer = 'package'
var deadLetterContainer = 'dead-letters'
var allTags = union({
  application: 'Pipeline Run Monitor'
  environment: environmentName
}, tags)

var newWorkspaceName = '${prefix}-AML-WS'
var newWorkspaceId = resourceId('Microsoft.MachineLearningServices/workspaces', newWorkspaceName)
var workspaceId = empty(existingWorkspaceId) ? newWorkspaceId : existingWorkspaceId
var workspaceIds = concat([workspaceId], moreWorkspaceIds)

var newComponentName = '${prefix}-AI'
var newComponentId = resourceId('Microsoft.Insights/components', newComponentName)
var applicationInsightsId = empty(existingApplicationInsightsId) ? newComponentId : existingApplicationInsightsId

// Built-in roles: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var blobOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var blobContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var tableContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'

var usesServicePrincipal = !empty(servicePrincipalClientId)
var usesUserAssigned = !empty(userAssignedIdentityId)
var monitorSettings = union({
  SUBSCRIPTION_ID: split(workspaceId, '/')[2]
  RESOURCE_GROUP: split(workspaceId, '/')[4]
  WORKSPACE_NAME: split(workspaceId, '/')[8]
  MONITORED_WORKSPACES: join(moreWorkspaceIds, ',')
  MANAGED_IDENTITY_CLIENT_ID: usesUserAssigned ? reference(userAssignedIdentityId, '2023-01-31').clientId : ''
  RECORD_STORE: 'application_insights'
  RECORD_FILE: '' // for another store: a file of an instance is gone with it
  RECORDED_STATUSES: 'Completed,Failed,Canceled,NotResponding'
  DELIVERY_TIMEOUT_SECONDS: '25'
  PIPELINE_RUN_TRACES: 'true'
  RECONCILE: toLower(string(reconcile))
  'AzureWebJobs.Reconcile.Disabled': toLower(string(!reconcile))
  APP_INSIGHTS_API_ENDPOINT: '' // of the public cloud
}, settings)
var servicePrincipalSettings = {
  TENANT_ID: servicePrincipalTenantId
  APP_ID: servicePrincipalClientId
  SERVICE_PRINCIPAL_PASSWORD: '@Microsoft.KeyVault(VaultName=${keyVaultName};SecretName=${secretName})'
  AZURE_AUTHORITY_HOST: environment().authentication.loginEndpoint
}

// The identity that reads the runs.
var appPrincipalId = functionApp.outputs.principalId
var managedPrincipalId = usesUserAssigned ? reference(userAssignedIdentityId, '2023-01-31').principalId : appPrincipalId
var readerPrincipalId = usesServicePrincipal ? servicePrincipalObjectId : managedPrincipalId

module storage 'modules/storage.bicep' = {
  name: '${prefix}-storage'
  params: {
    name: storageName
    location: location
    tags: allTags
    containers: [
      packageContainer
      deadLetterContainer
    ]
  }
}

module applicationInsights 'modules/application_insights.bicep' = if (empty(existingApplicationInsightsId)) {
  name: '${prefix}-application-insights'
  params: {
    name: newComponentName
    logAnalyticsName: '${prefix}-LOG'
    location: location
    tags: allTags
    retentionDays: logRetentionDays
  }
}

module component 'modules/component.bicep' = {
  name: '${prefix}-component'
  scope: resourceGroup(split(applicationInsightsId, '/')[2], split(applicationInsightsId, '/')[4])
  params: {
    name: split(applicationInsightsId, '/')[8]
  }
  dependsOn: [
    applicationInsights
  ]
}

module machineLearning 'modules/machine_learning.bicep' = if (empty(existingWorkspaceId)) {
  name: '${prefix}-machine-learning'
  params: {
    name: newWorkspaceName
    storageName: '${storagePrefix}amlsa'
    keyVaultName: '${prefix}-AML-KV'
    applicationInsightsId: applicationInsightsId
    location: location
    tags: allTags
  }
  dependsOn: [
    applicationInsights
  ]
}

module functionApp 'modules/function_app.bicep' = {
  name: '${prefix}-function-app'
  params: {
    name: functionAppName
    planName: '${prefix}-PLAN'
    location: location
    tags: allTags
    storageName: storageName
    packageContainer: packageContainer
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    userAssignedIdentityId: userAssignedIdentityId
    connectionString: component.outputs.connectionString
    settings: union(monitorSettings, usesServicePrincipal ? servicePrincipalSettings : {})
  }
  dependsOn: [
    storage
  ]
}

module functionAppRoles 'modules/storage_roles.bicep' = {
  name: '${prefix}-function-app-roles'
  params: {
    accountName: storageName
    principalId: appPrincipalId
    roles: [
      blobOwner
      tableContributor
    ]
  }
}

module keyVault 'modules/key_vault.bicep' = if (usesServicePrincipal) {
  name: '${prefix}-key-vault'
  params: {
    name: keyVaultName
    location: location
    tags: allTags
    secretName: secretName
    secret: servicePrincipalSecret
    secretReaderPrincipalId: appPrincipalId
  }
}

module runReaders 'modules/run_reader.bicep' = [for id in workspaceIds: {
  name: '${prefix}-run-reader-${uniqueString(id)}'
  scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
  params: {
    workspaceName: split(id, '/')[8]
    functionAppName: functionAppName
    principalId: readerPrincipalId
    existingRole: existingRole
  }
  dependsOn: [
    machineLearning
  ]
}]

module recordReader 'modules/record_reader.bicep' = if (reconcile) {
  name: '${prefix}-record-reader'
  scope: resourceGroup(split(applicationInsightsId, '/')[2], split(applicationInsightsId, '/')[4])
  params: {
    componentName: split(applicationInsightsId, '/')[8]
    principalId: readerPrincipalId
  }
}

module systemTopics 'modules/system_topic.bicep' = [for (id, i) in workspaceIds: {
  name: '${prefix}-system-topic-${uniqueString(id)}'
  scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
  params: {
    name: contains(systemTopicNames, id) ? systemTopicNames[id] : '${replace(split(id, '/')[8], '_', '-')}-events'
    location: runReaders[i].outputs.workspaceLocation
    tags: allTags
    workspaceName: split(id, '/')[8]
  }
}]

module deadLetterRoles 'modules/storage_roles.bicep' = [for (id, i) in workspaceIds: {
  name: '${prefix}-dead-letter-roles-${uniqueString(id)}'
  params: {
    accountName: storageName
    principalId: systemTopics[i].outputs.principalId
    roles: [
      blobContributor
    ]
  }
}]

module alerts 'modules/alerts.bicep' = {
  name: '${prefix}-alerts'
  params: {
    prefix: prefix
    location: component.outputs.location
    tags: allTags
    applicationInsightsId: applicationInsightsId
    systemTopicIds: [for (id, i) in workspaceIds: systemTopics[i].outputs.id]
    emailAddresses: alertEmailAddresses
  }
}

module workbook 'modules/workbook.bicep' = {
  name: '${prefix}-workbook'
  params: {
    location: location
    tags: allTags
    applicationInsightsId: applicationInsightsId
  }
  dependsOn: [
    applicationInsights
  ]
}

output functionAppName string = functionAppName
output functionAppHostName string = functionApp.outputs.hostName
output applicationInsightsAppId string = component.outputs.appId
output storageAccountName string = storageName
output systemTopicIds array = [for (id, i) in workspaceIds: systemTopics[i].outputs.id]
output recordedStatuses string = monitorSettings.RECORDED_STATUSES
