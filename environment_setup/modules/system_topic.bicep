// The system topic of a workspace, with an identity to write dead letters. A workspace has one system topic at most:
// under the name of the one that is there, this only gives it the identity. Deployed to the group of the workspace.

param name string
param location string
param tags object
param workspaceName string

resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' existing = {
  name: workspaceName
}

resource topic 'Microsoft.EventGrid/systemTopics@2022-06-15' = {
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
