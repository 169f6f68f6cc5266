// The Service Bus queue by which build pipelines ask for runs of notebooks. It takes no keys: who sends and who receives
// shows a token, and may do no more than that, on this queue alone.

import { Tags } from '../types.bicep'

param name string
param queueName string
param location string
param tags Tags

@description('The identity that takes messages out: the host\'s, which is the Function App itself.')
param receiverPrincipalId string

@description('Object ids of those that put messages in: the service principals of service connections.')
param senderPrincipalIds string[]

// Built-in roles: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var dataReceiver = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
var dataSender = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
var senders = map(union(senderPrincipalIds, []), id => { principalId: id, role: dataSender })
var assigned = concat([{ principalId: receiverPrincipalId, role: dataReceiver }], senders)

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: 'Standard' // the least that knows duplicates
    tier: 'Standard'
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = {
  parent: namespace
  name: queueName
  properties: {
    lockDuration: 'PT5M' // the longest there is
    maxDeliveryCount: 10
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT10M'
    // Nobody waits for a message of yesterday any more, and the token that is in it has expired.
    defaultMessageTimeToLive: 'P1D'
    deadLetteringOnMessageExpiration: true
  }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for one in assigned: {
    name: guid(queue.id, one.principalId, one.role)
    scope: queue
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', one.role)
      principalId: one.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

output hostName string = split(split(namespace.properties.serviceBusEndpoint, '//')[1], ':')[0]
output id string = namespace.id
