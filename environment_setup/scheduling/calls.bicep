// How a pipeline is started by HTTP: "Consume a published pipeline with REST" and "Deploy pipelines with batch endpoints".

import { Call, Parameters, Pipeline, Recurrence, Times, WireRecurrence } from 'types.bicep'

// Where Azure Machine Learning is, by the name of the cloud.
var hosts = {
  AzureCloud: { api: 'api.azureml.ms', inference: 'inference.ml.azure.com', audience: 'https://ml.azure.com' }
  AzureUSGovernment: { api: 'api.ml.azure.us', inference: 'inference.ml.azure.us', audience: 'https://ml.azure.us' }
  AzureChinaCloud: { api: 'api.ml.azure.cn', inference: 'inference.ml.azure.cn', audience: 'https://ml.azure.cn' }
}

func host() { *: string } => hosts[environment().name]

// Data Factory and Logic Apps take a text with an @ at its beginning, or before a brace, for an expression.
func literal(text string) string =>
  startsWith(text, '@') && !startsWith(text, '@{') ? '@${replace(text, '@{', '@@{')}' : replace(text, '@{', '@@{')

@export()
@description('The texts as they are, and none of them evaluated.')
func literals(texts Parameters) Parameters => mapValues(texts, text => literal(text))

@export()
func submitCall(
  workspaceId string,
  region string,
  pipeline Pipeline,
  experimentName string,
  parameters Parameters,
  tags Parameters
) Call =>
  pipeline.kind == 'batchEndpoint'
    ? invocation(region, pipeline.?name ?? '', experimentName, parameters)
    : submission(
        'https://${region}.${host().api}/pipelines/v1.0${workspaceId}',
        pipeline,
        experimentName,
        parameters,
        tags
      )

func submission(service string, pipeline Pipeline, experimentName string, parameters Parameters, tags Parameters) Call => {
  url: '${service}/PipelineRuns/${route(pipeline)}'
  audience: environment().resourceManager
  headers: { 'Content-Type': 'application/json' }
  body: { ExperimentName: experimentName, ParameterAssignments: literals(parameters), Tags: tags }
}

func route(pipeline Pipeline) string =>
  pipeline.kind == 'publishedPipeline'
    ? 'PipelineSubmit/${pipeline.id}'
    : 'PipelineEndpointSubmit/Id/${pipeline.?id}${empty(pipeline.?version ?? '') ? '' : '?pipelineVersion=${pipeline.?version}'}'

// An endpoint takes no tags. The id makes repeated requests of one action one request.
func invocation(region string, name string, experimentName string, parameters Parameters) Call => {
  url: 'https://${name}.${region}.${host().inference}/jobs'
  audience: host().audience
  headers: { 'Content-Type': 'application/json', 'repeatability_request-id': '@{guid()}' }
  body: {
    properties: {
      InputData: mapValues(literals(parameters), value => { JobInputType: 'Literal', Value: value })
      properties: { experimentName: experimentName }
    }
  }
}

@export()
@description('The recurrence as Data Factory and Logic Apps take it: UTC is said with a Z.')
func recurrenceOf(recurrence Recurrence) WireRecurrence =>
  union(
    {
      frequency: recurrence.frequency
      interval: recurrence.interval
      startTime: '${checkedTime(recurrence.startTime)}${zone(recurrence) == 'UTC' ? 'Z' : ''}'
      timeZone: zone(recurrence)
    },
    empty(scheduleOf(recurrence)) ? {} : { schedule: scheduleOf(recurrence) }
  )

func scheduleOf(recurrence Recurrence) Times =>
  union(
    empty(recurrence.?hours ?? []) ? {} : { hours: recurrence.?hours },
    empty(recurrence.?minutes ?? []) ? {} : { minutes: recurrence.?minutes },
    empty(recurrence.?weekDays ?? []) ? {} : { weekDays: recurrence.?weekDays }
  )

func zone(recurrence Recurrence) string => recurrence.?timeZone ?? 'UTC'

@export()
func checkedTime(time string) string =>
  length(time) == 19 && length(split(time, 'T')) == 2 && length(split(time, ':')) == 3
    ? time
    : fail('startTime has to be a time such as 2026-12-01T06:00:00, that of the time zone: ${time}')
