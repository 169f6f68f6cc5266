// An event subscription of one system topic.

param name string
param systemTopicName string
param functionId string
param deadLetterAccountId string
param deadLetterContainer string

@description('Run statuses whose events are not delivered.')
param ignoredStatuses string[]

@description('A tag whose value is `true` of every run whose events are delivered; empty for those of all runs.')
param requiredTag string = ''

// RunCompleted has no runStatus: StringNotIn lets an event pass that lacks the key, StringIn would not.
var statusFilters = empty(ignoredStatuses)
  ? []
  : [
      {
        operatorType: 'StringNotIn'
        key: 'data.runStatus'
        values: ignoredStatuses
      }
    ]
var tagFilters = empty(requiredTag)
  ? []
  : [
      {
        operatorType: 'StringIn'
        key: 'data.runTags.${requiredTag}'
        values: [
          'true'
        ]
      }
    ]

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: systemTopicName
}

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: name
  properties: {
    // One event a delivery: of a batch, one event that cannot be recorded would make Event Grid send all of them again.
    destination: {
      endpointType: 'AzureFunction'
      properties: {
        resourceId: functionId
        maxEventsPerBatch: 1
      }
    }
    eventDeliverySchema: 'EventGridSchema'
    filter: {
      includedEventTypes: [
        'Microsoft.MachineLearningServices.RunCompleted'
        'Microsoft.MachineLearningServices.RunStatusChanged'
      ]
      advancedFilters: concat(statusFilters, tagFilters)
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
    deadLetterWithResourceIdentity: {
      identity: {
        type: 'SystemAssigned'
      }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: deadLetterAccountId
          blobContainerName: deadLetterContainer
        }
      }
    }
  }
}
