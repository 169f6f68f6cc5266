// Everything but the code and the event subscriptions, which need the deployed function: event_subscription.bicep.

import { beginsWithLetter, hasOnlyLettersAndDigits, isIdOf, isOpenSecret, isWorkspaceId } from 'checks.bicep'
import { AppSettings, Tags, TopicNames } from 'types.bicep'

@description('What the names of all resources begin with: a letter, then letters and digits; no other user of Azure has it.')
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
param tags Tags = {}

@description('Resource id of the workspace to monitor; empty to create one.')
param existingWorkspaceId string = ''

@description('Resource ids of further workspaces to monitor.')
param moreWorkspaceIds string[] = []

@description('Names of the system topics that monitored workspaces have already, by resource id of the workspace.')
param systemTopicNames TopicNames = {}

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
param settings AppSettings = {}

@description('Whether the runs of the last day whose events were lost are looked for and recorded, every hour.')
param reconcile bool = false

@description('Whether Application Insights takes no keys, so that records and the telemetry of the host come with tokens.')
param disableLocalAuth bool = false

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

@description('Resource id of a user-assigned identity that starts pipelines in the place of the one that reads the runs; empty for none.')
param submitterIdentityId string = ''

@description('GUID of a role that lets the function read runs; empty to create one with the actions of role.json.')
param existingRole string = ''

@description('Whether notebooks of repositories are run for build pipelines, which ask for it by a Service Bus queue.')
param runNotebooks bool = false

@description('Object ids of the service principals that may put messages into the queue: those of service connections.')
param notebookSenderIds string[] = []

@description('Resource id of a subnet by which the function reaches what takes no traffic from the internet; empty for none.')
param subnetId string = ''

@description('Whether new Key Vaults, once removed, keep their names until 90 days are over: nobody can purge them, nor undo this.')
param purgeProtection bool = false

@description('Mail addresses that alerts go to.')
param alertEmailAddresses string[] = []

var base = hasOnlyLettersAndDigits(baseName) && beginsWithLetter(baseName)
  ? baseName
  : fail('baseName has to begin with a letter and to have only letters and digits: no Key Vault has another name')
var environmentPart = hasOnlyLettersAndDigits(environmentName)
  ? environmentName
  : fail('environmentName has to have only letters and digits')
var prefix = '${base}-${environmentPart}'
var storagePrefix = toLower('${base}${environmentPart}')
var functionAppName = '${prefix}-FUNC'
var storageName = '${storagePrefix}funcsa'
var keyVaultName = '${prefix}-KV'
var secretName = 'service-principal-password'
var notebookQueue = settings.?NOTEBOOK_QUEUE ?? 'notebooks'
var packageContainer = 'package'
var deadLetterContainer = 'dead-letters'
// By these the removal knows what is its own.
var takenTags = filter(objectKeys(tags), name => contains(['application', 'environment'], toLower(name)))
var allTags = union(
  {
    application: 'Pipeline Run Monitor'
    environment: environmentName
  },
  empty(takenTags) ? tags : fail('these tags are set by the deployment itself: ${join(takenTags, ', ')}')
)

var newWorkspaceName = '${prefix}-AML-WS'
var newWorkspaceId = resourceId('Microsoft.MachineLearningServices/workspaces', newWorkspaceName)
var listedIds = concat([empty(existingWorkspaceId) ? newWorkspaceId : existingWorkspaceId], moreWorkspaceIds)
var loweredIds = map(listedIds, id => toLower(id))
var foreignIds = filter(listedIds, id => !isWorkspaceId(id))
// One that is listed twice, be it in other case, is one: ids of Azure have no case.
var workspaceIds = empty(foreignIds)
  ? filter(listedIds, (id, i) => indexOf(loweredIds, toLower(id)) == i)
  : fail('no resource id of a workspace: ${join(foreignIds, ', ')}')
var workspaceId = workspaceIds[0]

var topicNames = toObject(items(systemTopicNames), item => toLower(item.key), item => item.value)
var strangeTopics = filter(objectKeys(topicNames), id => !contains(loweredIds, id))
var topicNameByWorkspace = empty(strangeTopics)
  ? topicNames
  : fail('systemTopicNames names workspaces that are not monitored: ${join(strangeTopics, ', ')}')

// Known from the start, as the whole text of the workbook has to be: it is too long for an expression.
var systemTopicIds = map(
  workspaceIds,
  id =>
    resourceId(
      split(id, '/')[2],
      split(id, '/')[4],
      'Microsoft.EventGrid/systemTopics',
      topicNameByWorkspace[?toLower(id)] ?? '${replace(split(id, '/')[8], '_', '-')}-events'
    )
)

var logAnalyticsName = '${prefix}-LOG'
var newComponentName = '${prefix}-AI'
var newComponentId = resourceId('Microsoft.Insights/components', newComponentName)
var applicationInsightsId = empty(existingApplicationInsightsId)
  ? newComponentId
  : isIdOf('Microsoft.Insights/components', existingApplicationInsightsId)
      ? existingApplicationInsightsId
      : fail('no resource id of an Application Insights component: ${existingApplicationInsightsId}')

// Built-in roles: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var blobOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var blobContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var tableContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var monitoringReader = '43d0d8ad-25c7-4714-9337-8ba259a9fe05'
var dataScientist = 'f6c7c914-8db3-469d-8ca1-694a8f32e121' // AzureML Data Scientist
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

var startsPipelines = !empty(settings.?SUBMITTABLE_PIPELINES ?? '')
var isOneIdentity = toLower(submitterIdentityId) == toLower(userAssignedIdentityId)
var usesSubmitter = !empty(submitterIdentityId) && (!isOneIdentity || usesServicePrincipal)
var givenIdentityIds = filter([userAssignedIdentityId, isOneIdentity ? '' : submitterIdentityId], id => !empty(id))
var foreignIdentityIds = filter(givenIdentityIds, id => !isIdOf('Microsoft.ManagedIdentity/userAssignedIdentities', id))
// The workspaces where the reader starts runs: notebooks in all of them, pipelines in the first one.
var startingIds = runNotebooks ? workspaceIds : startsPipelines && !usesSubmitter ? [workspaceId] : []
var usesServicePrincipal = !empty(servicePrincipalClientId)
var usesUserAssigned = !empty(userAssignedIdentityId)
// Of another store than Application Insights; as parameters they go into 'settings', a key as a Key Vault reference.
var otlpSettings = [
  'OTEL_EXPORTER_OTLP_ENDPOINT'
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT'
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
  'OTEL_EXPORTER_OTLP_HEADERS'
  'OTEL_EXPORTER_OTLP_LOGS_HEADERS'
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS'
  'OTEL_EXPORTER_OTLP_PROTOCOL'
  'OTEL_EXPORTER_OTLP_COMPRESSION'
  'OTEL_EXPORTER_OTLP_CERTIFICATE'
  'OTLP_TOKEN_SCOPE'
]
var openSecrets = map(filter(items(settings), one => isOpenSecret(one.key, one.value)), one => one.key)
var monitorSettings = union(
  toObject(otlpSettings, name => name, name => ''),
  {
    SUBSCRIPTION_ID: split(workspaceId, '/')[2]
    RESOURCE_GROUP: split(workspaceId, '/')[4]
    WORKSPACE_NAME: split(workspaceId, '/')[8]
    MONITORED_WORKSPACES: join(skip(workspaceIds, 1), ',')
    MANAGED_IDENTITY_CLIENT_ID: usesUserAssigned ? reference(userAssignedIdentityId, '2023-01-31').clientId : ''
    RUN_READER: 'azureml'
    RECORD_STORE: 'application_insights'
    RECORD_FILE: '' // for another store: a file of an instance is gone with it
    RECORDED_STATUSES: 'Completed,Failed,Canceled,NotResponding'
    DELIVERY_TIMEOUT_SECONDS: '25'
    PIPELINE_RUN_TRACES: 'true'
    RECORD_METRICS: ''
    RECONCILE: toLower(string(reconcile))
    'AzureWebJobs.Reconcile.Disabled': toLower(string(!reconcile))
    SUBMITTABLE_PIPELINES: ''
    SCHEDULED_PIPELINE: ''
    PIPELINE_SCHEDULE: '0 0 6 * * *' // of a timer that is off, the host wants to know it too
    SCHEDULED_PARAMETERS: ''
    SUBMITTER_CLIENT_ID: usesSubmitter ? reference(submitterIdentityId, '2023-01-31').clientId : ''
    ANSWER_TIMEOUT_SECONDS: '18'
    'AzureWebJobs.SubmitPipeline.Disabled': toLower(string(!startsPipelines))
    'AzureWebJobs.RunStatus.Disabled': toLower(string(!startsPipelines))
    'AzureWebJobs.SubmitOnSchedule.Disabled': toLower(string(empty(settings.?SCHEDULED_PIPELINE ?? '')))
    NOTEBOOK_QUEUE: notebookQueue // of a trigger that is off as well
    NOTEBOOK_DEVOPS_ACCESS: 'identity'
    NOTEBOOK_DEVOPS_HOSTS: '' // beside Azure DevOps' own
    NOTEBOOK_TIMEOUT_SECONDS: '240'
    'AzureWebJobs.RunNotebooks.Disabled': toLower(string(!runNotebooks))
    'AzureWebJobs.ReportNotebookRun.Disabled': toLower(string(!runNotebooks))
    'AzureWebJobs.CloseStaleNotebookPlans.Disabled': toLower(string(!runNotebooks))
    APP_INSIGHTS_AUTHENTICATION: disableLocalAuth ? 'entra' : 'key'
    AZURE_CLOUD: environment().name
    RESOURCE_MANAGER_ENDPOINT: '' // the cloud's
    APP_INSIGHTS_API_ENDPOINT: '' // the cloud's
  },
  empty(openSecrets)
    ? settings
    : fail('whoever may read deployments could read these settings, give Key Vault references: ${join(openSecrets, ', ')}')
)
var servicePrincipalSettings = {
  TENANT_ID: servicePrincipalTenantId
  APP_ID: servicePrincipalClientId
  SERVICE_PRINCIPAL_PASSWORD: '@Microsoft.KeyVault(VaultName=${keyVaultName};SecretName=${secretName})'
  AZURE_AUTHORITY_HOST: environment().authentication.loginEndpoint
}

var notebookSettings = {
  NOTEBOOK_SERVICE_BUS__fullyQualifiedNamespace: notebookBus.?outputs.hostName ?? ''
  NOTEBOOK_SERVICE_BUS__credential: 'managedidentity'
}

var hostSettings = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD' // the identity of the app itself
}

// The identity that reads the runs, and sends the records.
var appPrincipalId = functionApp.outputs.principalId
var managedPrincipalId = usesUserAssigned ? reference(userAssignedIdentityId, '2023-01-31').principalId : appPrincipalId
var readerPrincipalId = usesServicePrincipal ? servicePrincipalObjectId : managedPrincipalId

module storage 'modules/storage.bicep' = {
  params: {
    name: storageName
    location: location
    tags: allTags
    subnetId: subnetId
    containers: [
      packageContainer
      deadLetterContainer
    ]
  }
}

module applicationInsights 'modules/application_insights.bicep' = if (empty(existingApplicationInsightsId)) {
  params: {
    name: newComponentName
    logAnalyticsName: logAnalyticsName
    disableLocalAuth: disableLocalAuth
    location: location
    tags: allTags
    retentionDays: logRetentionDays
  }
}

// Read from here: a module in its resource group would be a deployment there, which Readers may not make.
resource component 'Microsoft.Insights/components@2020-02-02' existing = if (!empty(existingApplicationInsightsId)) {
  name: split(applicationInsightsId, '/')[8]
  scope: resourceGroup(split(applicationInsightsId, '/')[2], split(applicationInsightsId, '/')[4])
}

// A workspace of Log Analytics is not active as soon as it is created, and its tables are refused until then: they come
// after what takes minutes.
module tableRetention 'modules/table_retention.bicep' = if (empty(existingApplicationInsightsId)) {
  params: {
    logAnalyticsName: logAnalyticsName
    retentionDays: logRetentionDays
  }
  dependsOn: [
    applicationInsights
    appSettings
  ]
}

module machineLearning 'modules/machine_learning.bicep' = if (empty(existingWorkspaceId)) {
  params: {
    name: newWorkspaceName
    storageName: '${storagePrefix}amlsa'
    keyVaultName: '${prefix}-AML-KV'
    purgeProtection: purgeProtection
    applicationInsightsId: applicationInsightsId
    location: location
    tags: allTags
  }
  dependsOn: [
    applicationInsights
  ]
}

module functionApp 'modules/function_app.bicep' = {
  params: {
    name: functionAppName
    planName: '${prefix}-PLAN'
    location: location
    tags: allTags
    storageName: storageName
    packageContainer: packageContainer
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    subnetId: subnetId
    userAssignedIdentityIds: empty(foreignIdentityIds)
      ? givenIdentityIds
      : fail('no resource id of a user-assigned identity: ${join(foreignIdentityIds, ', ')}')
  }
  dependsOn: [
    storage
  ]
}

module appSettings 'modules/app_settings.bicep' = {
  params: {
    functionAppName: functionAppName
    storageName: storageName
    applicationInsightsId: applicationInsightsId
    settings: union(
      monitorSettings,
      usesServicePrincipal ? servicePrincipalSettings : {},
      runNotebooks ? notebookSettings : {},
      disableLocalAuth ? hostSettings : {}
    )
  }
  dependsOn: [
    applicationInsights
    functionAppRoles
    keyVault
  ]
}

module functionAppRoles 'modules/storage_roles.bicep' = {
  params: {
    accountName: storageName
    principalId: appPrincipalId
    roles: [
      blobOwner // the host makes containers of its own, for its locks and keys
      tableContributor // and a table, for what it could not start
    ]
  }
}

module keyVault 'modules/key_vault.bicep' = if (usesServicePrincipal) {
  params: {
    name: keyVaultName
    location: location
    tags: allTags
    secretName: secretName
    secret: servicePrincipalSecret
    purgeProtection: purgeProtection
    subnetId: subnetId
    readerPrincipalId: appPrincipalId
  }
}

module runReaders 'modules/run_reader.bicep' = [
  for id in workspaceIds: {
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
  }
]

module runStarters 'modules/workspace_role.bicep' = [
  for id in (toLower(existingRole) == dataScientist ? [] : startingIds): {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      workspaceName: split(id, '/')[8]
      principalId: readerPrincipalId
      role: dataScientist
    }
    dependsOn: [
      machineLearning
    ]
  }
]

module submitter 'modules/workspace_role.bicep' = if (startsPipelines && usesSubmitter) {
  scope: resourceGroup(split(workspaceId, '/')[2], split(workspaceId, '/')[4])
  params: {
    workspaceName: split(workspaceId, '/')[8]
    principalId: usesSubmitter ? reference(submitterIdentityId, '2023-01-31').principalId : ''
    role: dataScientist
  }
  dependsOn: [
    machineLearning
  ]
}

module notebookBus 'modules/notebook_queue.bicep' = if (runNotebooks) {
  params: {
    name: '${prefix}-BUS'
    queueName: notebookQueue
    location: location
    tags: allTags
    receiverPrincipalId: appPrincipalId
    senderPrincipalIds: notebookSenderIds
  }
}

module recordReader 'modules/component_role.bicep' = if (reconcile) {
  scope: resourceGroup(split(applicationInsightsId, '/')[2], split(applicationInsightsId, '/')[4])
  params: {
    componentName: split(applicationInsightsId, '/')[8]
    principalId: readerPrincipalId
    role: monitoringReader
  }
  dependsOn: [
    applicationInsights
  ]
}

module hostSender 'modules/component_role.bicep' = if (disableLocalAuth) {
  scope: resourceGroup(split(applicationInsightsId, '/')[2], split(applicationInsightsId, '/')[4])
  params: {
    componentName: split(applicationInsightsId, '/')[8]
    principalId: appPrincipalId
    role: metricsPublisher
  }
  dependsOn: [
    applicationInsights
  ]
}

module recordSender 'modules/component_role.bicep' = if (disableLocalAuth && (usesServicePrincipal || usesUserAssigned)) {
  scope: resourceGroup(split(applicationInsightsId, '/')[2], split(applicationInsightsId, '/')[4])
  params: {
    componentName: split(applicationInsightsId, '/')[8]
    principalId: readerPrincipalId
    role: metricsPublisher
  }
  dependsOn: [
    applicationInsights
  ]
}

module knownTopics 'modules/known_topic.bicep' = [
  for (id, i) in workspaceIds: if (contains(topicNameByWorkspace, toLower(id))) {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      name: last(split(systemTopicIds[i], '/'))
    }
  }
]

module systemTopics 'modules/system_topic.bicep' = [
  for (id, i) in workspaceIds: {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      name: last(split(systemTopicIds[i], '/'))
      location: runReaders[i].outputs.workspaceLocation
      tags: contains(topicNameByWorkspace, toLower(id)) ? knownTopics[i]!.outputs.tags : allTags
      workspaceName: split(id, '/')[8]
      userAssignedIdentityIds: contains(topicNameByWorkspace, toLower(id))
        ? knownTopics[i]!.outputs.userAssignedIdentityIds
        : []
    }
  }
]

module deadLetterRoles 'modules/container_role.bicep' = [
  for (id, i) in workspaceIds: {
    params: {
      accountName: storageName
      containerName: deadLetterContainer
      principalId: systemTopics[i].outputs.principalId
      role: blobContributor
    }
  }
]

module alerts 'modules/alerts.bicep' = {
  params: {
    prefix: prefix
    location: empty(existingApplicationInsightsId) ? location : component!.location
    tags: allTags
    applicationInsightsId: applicationInsightsId
    systemTopicIds: [for (id, i) in workspaceIds: systemTopics[i].outputs.id]
    serviceBusIds: runNotebooks ? [notebookBus!.outputs.id] : []
    recordsMetrics: !empty(settings.?RECORD_METRICS ?? '')
    emailAddresses: alertEmailAddresses
  }
  dependsOn: [
    applicationInsights
  ]
}

module workbook 'modules/workbook.bicep' = {
  params: {
    location: location
    tags: allTags
    applicationInsightsId: applicationInsightsId
    systemTopicIds: systemTopicIds
  }
  dependsOn: [
    applicationInsights
  ]
}

output functionAppName string = functionAppName
output functionAppHostName string = functionApp.outputs.hostName
output applicationInsightsAppId string = empty(existingApplicationInsightsId)
  ? applicationInsights!.outputs.appId
  : component!.properties.AppId
output storageAccountName string = storageName
output systemTopicIds string[] = [for (id, i) in workspaceIds: systemTopics[i].outputs.id]
output recordedStatuses string = monitorSettings.RECORDED_STATUSES
output runsNotebooks bool = runNotebooks
