// The workbook "Pipeline runs", on the records of one Application Insights component.

import { Tags } from '../types.bicep'

param location string
param tags Tags
param applicationInsightsId string

var content = union(loadJsonContent('../workbook.json'), {
  fallbackResourceIds: [
    applicationInsightsId
  ]
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
