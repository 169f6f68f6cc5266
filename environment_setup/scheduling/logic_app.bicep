// A Logic App starts a pipeline of Azure Machine Learning on a schedule, with one HTTP call, and does not wait for it.

import { isWorkspaceId } from '../checks.bicep'
import { recurrenceOf, submitCall } from 'calls.bicep'
import { Parameters, Pipeline, Recurrence } from 'types.bicep'
import { Tags } from '../types.bicep'

@description('Name of the Logic App.')
@minLength(1)
@maxLength(80)
param name string

@description('Region of the Logic App.')
param location string = resourceGroup().location

@description('Resource id of the workspace.')
param workspaceId string

@description('What is started.')
param pipeline Pipeline

@description('Experiment that the runs are in.')
param experimentName string

@description('Values of the parameters of the pipeline.')
param parameters Parameters = {}

@description('When it is started.')
param recurrence Recurrence

@description('Whether the schedule is on.')
param enabled bool = true

@description('GUID of the role that the Logic App gets on the workspace; AzureML Data Scientist, if no other is named.')
param role string = 'f6c7c914-8db3-469d-8ca1-694a8f32e121'

@description('Tags of the Logic App.')
param tags Tags = {}

var workspace = isWorkspaceId(workspaceId)
  ? split(workspaceId, '/')
  : fail('no resource id of a workspace: ${workspaceId}')

var call = submitCall(workspaceId, machineLearning.location, pipeline, experimentName, parameters, {
  submitted_by: 'logic_app'
  schedule: name
  scheduled_time: '@{coalesce(trigger()?[\'scheduledTime\'], trigger()?[\'startTime\'])}'
})

resource machineLearning 'Microsoft.MachineLearningServices/workspaces@2026-07-01' existing = {
  name: workspace[8]
  scope: resourceGroup(workspace[2], workspace[4])
}

resource workflow 'Microsoft.Logic/workflows@2019-05-01' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    state: enabled ? 'Enabled' : 'Disabled'
    definition: {
      '$schema': 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#'
      contentVersion: '1.0.0.0'
      triggers: {
        schedule: {
          type: 'Recurrence'
          recurrence: recurrenceOf(recurrence)
        }
      }
      actions: {
        submit: {
          type: 'Http'
          runAfter: {}
          inputs: {
            method: 'POST'
            uri: call.url
            headers: call.headers
            body: call.body
            authentication: {
              type: 'ManagedServiceIdentity'
              audience: call.audience
            }
            retryPolicy: {
              type: 'none' // a call that timed out may have started a run
            }
          }
        }
      }
    }
  }
}

module submitter '../modules/workspace_role.bicep' = {
  scope: resourceGroup(workspace[2], workspace[4])
  params: {
    workspaceName: workspace[8]
    principalId: workflow.identity.principalId
    role: role
  }
}
