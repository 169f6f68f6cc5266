// The event subscriptions: one for each system topic, and a second one where notebooks are run for build pipelines.
// Deployed after the code, because Event Grid takes only a function that exists. All parameters are outputs of
// main.bicep. A subscription begins with the name of the function app: several may monitor the same workspace.

param functionAppName string
param storageAccountName string
param systemTopicIds string[]
param recordedStatuses string
param runsNotebooks bool = false

var functionName = 'PipelineRunMonitor'
var notebookFunctionName = 'ReportNotebookRun'
var notebookTag = 'notebook_run' // what RunNotebooks marks its runs with
var deadLetterContainer = 'dead-letters'

// Every status that a run can have. Events of those that are not recorded stay with Event Grid.
var statuses = [
  'NotStarted'
  'Starting'
  'Provisioning'
  'Preparing'
  'Queued'
  'Running'
  'Finalizing'
  'CancelRequested'
  'Completed'
  'Failed'
  'Canceled'
  'NotResponding'
  'Unapproved'
  'Pausing'
  'Paused'
]
var recorded = map(split(toLower(recordedStatuses), ','), status => trim(status))
var ended = [
  'Completed'
  'Failed'
  'Canceled'
  'NotResponding'
]

resource functionApp 'Microsoft.Web/sites@2025-03-01' existing = {
  name: functionAppName
}

resource storage 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: storageAccountName
}

module subscriptions 'modules/topic_subscription.bicep' = [
  for id in systemTopicIds: {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      name: functionAppName
      systemTopicName: split(id, '/')[8]
      functionId: '${functionApp.id}/functions/${functionName}'
      deadLetterAccountId: storage.id
      deadLetterContainer: deadLetterContainer
      ignoredStatuses: filter(statuses, status => !contains(recorded, toLower(status)))
    }
  }
]

module notebookSubscriptions 'modules/topic_subscription.bicep' = [
  for id in (runsNotebooks ? systemTopicIds : []): {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      name: '${functionAppName}-notebooks'
      systemTopicName: split(id, '/')[8]
      functionId: '${functionApp.id}/functions/${notebookFunctionName}'
      deadLetterAccountId: storage.id
      deadLetterContainer: deadLetterContainer
      ignoredStatuses: filter(statuses, status => !contains(ended, status))
      requiredTag: notebookTag
    }
  }
]
