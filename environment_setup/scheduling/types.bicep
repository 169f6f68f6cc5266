// What the templates of this folder are given: when, which pipeline, and with what.

@export()
@sealed()
@description('When runs start. The times are those of the time zone, which has a name of Windows, such as W. Europe Standard Time.')
type Recurrence = {
  frequency: 'Minute' | 'Hour' | 'Day' | 'Week' | 'Month'
  @minValue(1)
  interval: int
  @description('The first time, such as 2026-12-01T06:00:00. Asked for: without one, the services start a run at once.')
  startTime: string
  timeZone: string?
  @description('Hours of the day, for the frequencies Day and Week; without them, that of the start.')
  hours: int[]?
  minutes: int[]?
  @description('For the frequency Week.')
  weekDays: ('Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday' | 'Saturday' | 'Sunday')[]?
}

@sealed()
@description('A pipeline that SDK v1 has published.')
type PublishedPipeline = {
  kind: 'publishedPipeline'
  id: string
}

@sealed()
@description('An endpoint over the versions of a published pipeline; its default one, where none is named.')
type PipelineEndpoint = {
  kind: 'pipelineEndpoint'
  id: string
  version: string?
}

@sealed()
@description('What took the place of published pipelines: a batch endpoint with a pipeline component behind it.')
type BatchEndpoint = {
  kind: 'batchEndpoint'
  name: string
}

@export()
@discriminator('kind')
type Pipeline = PublishedPipeline | PipelineEndpoint | BatchEndpoint

@export()
@description('Values of the parameters of a pipeline, by name. All are texts: Azure Machine Learning takes no others.')
type Parameters = {
  *: string
}

@export()
@sealed()
@description('The HTTP call that starts a run.')
type Call = {
  url: string
  @description('The service that the token has to be for.')
  audience: string
  headers: Parameters
  body: Body
}

@sealed()
@description('The body for a published pipeline or its endpoint, or, with properties alone, for a batch endpoint.')
type Body = {
  ExperimentName: string?
  ParameterAssignments: Parameters?
  Tags: Parameters?
  properties: Invocation?
}

@sealed()
type Invocation = {
  InputData: Literals
  properties: Parameters
}

type Literals = {
  *: Literal
}

@sealed()
type Literal = {
  JobInputType: 'Literal'
  Value: string
}

@export()
@sealed()
@description('A recurrence as Data Factory and Logic Apps take it.')
type WireRecurrence = {
  frequency: Recurrence.frequency
  interval: int
  startTime: string
  timeZone: string
  schedule: Times?
}

@export()
@sealed()
@description('At which of the times that a frequency allows.')
type Times = {
  hours: int[]?
  minutes: int[]?
  weekDays: Recurrence.weekDays?
}
