// The workbook "Pipeline runs": the records of an Application Insights component, and what Event Grid counts of topics.

import { Tags } from '../types.bicep'

param location string
param tags Tags
param applicationInsightsId string
param systemTopicIds string[]

var file = loadJsonContent('../workbook.json')
var content = union(file, {
  fallbackResourceIds: [
    applicationInsightsId
  ]
  items: map(
    file.items,
    item => item.name == 'event grid' ? union(item, { content: { resourceIds: systemTopicIds } }) : item
  )
})

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, applicationInsightsId, 'Pipeline runs')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Pipeline runs'
    category: 'workbook'
    sourceId: applicationInsightsId
    serializedData: string(content)
  }
}

output id string = workbook.id
