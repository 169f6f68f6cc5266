// The system topic of a workspace, with an identity to write dead letters. A workspace has one system topic at most:
// under the name of the one that is there, this only gives it the identity, and leaves it what it has. Deployed to the group
// of the workspace.

import { Tags } from '../types.bicep'

param name string
param location string
param tags Tags
param workspaceName string

@description('Resource ids of user-assigned identities that it has already.')
param userAssignedIdentityIds string[]

resource workspace 'Microsoft.MachineLearningServices/workspaces@2026-07-01' existing = {
  name: workspaceName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: empty(userAssignedIdentityIds)
    ? {
        type: 'SystemAssigned'
      }
    : {
        type: 'SystemAssigned, UserAssigned'
        userAssignedIdentities: toObject(userAssignedIdentityIds, id => id, id => {})
      }
  properties: {
    source: workspace.id
    topicType: 'Microsoft.MachineLearningServices.Workspaces'
  }
}

output id string = topic.id
output principalId string = topic.identity.principalId
