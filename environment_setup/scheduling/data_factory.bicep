// Data Factory starts a pipeline of Azure Machine Learning on a schedule: by its own activity, which waits for the run and
// fails with it, or by a bare HTTP call, which only starts it. The trigger is deployed stopped.

import { isWorkspaceId } from '../checks.bicep'
import { literals, recurrenceOf, submitCall } from 'calls.bicep'
import { Parameters, Pipeline, Recurrence } from 'types.bicep'
import { Tags } from '../types.bicep'

@description('Name of the Data Factory; no other in Azure has it.')
@minLength(3)
@maxLength(63)
param name string

@description('Region of the Data Factory.')
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

@description('Whether Data Factory waits for the run, and fails with it. Of a batch endpoint it cannot.')
param waits bool = pipeline.kind != 'batchEndpoint'

@description('GUID of the role that the Data Factory gets on the workspace; AzureML Data Scientist, if no other is named.')
param role string = 'f6c7c914-8db3-469d-8ca1-694a8f32e121'

@description('Tags of the Data Factory.')
param tags Tags = {}

var triggerName = 'schedule'
var workspace = isWorkspaceId(workspaceId)
  ? split(workspaceId, '/')
  : fail('no resource id of a workspace: ${workspaceId}')
var isBatchEndpoint = pipeline.kind == 'batchEndpoint'
var started = waits && isBatchEndpoint
  ? fail('Data Factory cannot wait for a batch endpoint')
  : (waits ? execute.name : submit.name)
var call = submitCall(workspaceId, machineLearning.location, pipeline, experimentName, parameters, {
  submitted_by: 'data_factory'
  schedule: '${name}/${triggerName}'
  scheduled_time: '@pipeline().parameters.scheduled_time'
})

resource machineLearning 'Microsoft.MachineLearningServices/workspaces@2026-07-01' existing = {
  name: workspace[8]
  scope: resourceGroup(workspace[2], workspace[4])
}

resource factory 'Microsoft.DataFactory/factories@2018-06-01' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {}
}

module submitter '../modules/workspace_role.bicep' = {
  scope: resourceGroup(workspace[2], workspace[4])
  params: {
    workspaceName: workspace[8]
    principalId: factory.identity.principalId
    role: role
  }
}

resource linked 'Microsoft.DataFactory/factories/linkedservices@2018-06-01' = {
  parent: factory
  name: 'machine_learning'
  properties: {
    type: 'AzureMLService'
    typeProperties: {
      subscriptionId: workspace[2]
      resourceGroupName: workspace[4]
      mlWorkspaceName: workspace[8]
      authentication: 'MSI'
    }
  }
}

resource execute 'Microsoft.DataFactory/factories/pipelines@2018-06-01' = if (!isBatchEndpoint) {
  parent: factory
  name: 'execute'
  properties: {
    description: 'Starts a run, waits for its end, and fails with it.'
    parameters: {
      scheduled_time: {
        type: 'String'
        defaultValue: ''
      }
    }
    activities: [
      {
        name: 'execute'
        type: 'AzureMLExecutePipeline'
        linkedServiceName: {
          type: 'LinkedServiceReference'
          referenceName: linked.name
        }
        policy: {
          retry: 0 // another attempt would be another run
          timeout: '1.00:00:00'
        }
        typeProperties: union(
          pipeline.kind == 'publishedPipeline'
            ? { mlPipelineId: pipeline.?id }
            : union(
                { mlPipelineEndpointId: pipeline.?id },
                empty(pipeline.?version) ? {} : { version: pipeline.?version }
              ),
          {
            experimentName: experimentName
            mlPipelineParameters: literals(parameters)
          }
        )
      }
    ]
  }
}

resource submit 'Microsoft.DataFactory/factories/pipelines@2018-06-01' = {
  parent: factory
  name: 'submit'
  properties: {
    description: 'Starts a run, and does not wait for it.'
    parameters: {
      scheduled_time: {
        type: 'String'
        defaultValue: ''
      }
    }
    activities: [
      {
        name: 'submit'
        type: 'WebActivity'
        policy: {
          retry: 0 // a call that timed out may have started a run
          timeout: '0.00:10:00'
        }
        typeProperties: {
          method: 'POST'
          url: call.url
          headers: call.headers
          body: call.body
          authentication: {
            type: 'MSI'
            resource: call.audience
          }
        }
      }
    ]
  }
}

resource trigger 'Microsoft.DataFactory/factories/triggers@2018-06-01' = {
  parent: factory
  name: triggerName
  properties: {
    type: 'ScheduleTrigger'
    typeProperties: {
      recurrence: recurrenceOf(recurrence)
    }
    pipelines: [
      {
        pipelineReference: {
          type: 'PipelineReference'
          referenceName: started
        }
        parameters: {
          scheduled_time: '@trigger().scheduledTime'
        }
      }
    ]
  }
}

output triggerId string = trigger.id
