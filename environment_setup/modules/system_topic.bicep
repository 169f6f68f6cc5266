// The system topic of a workspace, with an identity to write dead letters. A workspace has one system topic at most:
// under the name of the one that is there, this only gives it the identity. Deployed to the group of the workspace.

import { Tags } from '../types.bicep'

param name string
param location string
param tags Tags
param workspaceName string

resource workspace 'Microsoft.MachineLearningServices/workspaces@2026-07-01' existing = {
  name: workspaceName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    source: workspace.id
    topicType: 'Microsoft.MachineLearningServices.Workspaces'
  }
}

output id string = topic.id
output principalId string = topic.identity.principalId
