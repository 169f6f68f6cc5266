// The shapes of what the files are given: a misspelt name in a parameter or in alerts.json is an error of the compiler.

@export()
@description('Tags by name.')
type Tags = {
  *: string
}

@export()
@description('App settings by name.')
type AppSettings = {
  *: string
}

@export()
@description('Names of system topics, by resource id of their workspace.')
type TopicNames = {
  *: string
}

@export()
@sealed()
@description('A rule of alerts.json that asks a query of queries/.')
type QueryRule = {
  kind: 'query'
  title: string
  description: string
  severity: 0 | 1 | 2 | 3 | 4
  @description('A file of queries/.')
  query: string
  @description('Lines of the file, each the `let` of a parameter, and what stands in their place.')
  replacements: Replacement[]
  window: string
  frequency: string
  timeAggregation: 'Count'
  operator: 'GreaterThan'
  threshold: int
  @description('Columns of the result whose values tell one alert from another.')
  dimensions: string[]
  autoMitigate: bool
}

@export()
@sealed()
@description('A rule of alerts.json about a metric of each system topic, or of each Service Bus namespace.')
type MetricRule = {
  kind: 'metric'
  title: string
  description: string
  severity: 0 | 1 | 2 | 3 | 4
  metricNamespace: 'Microsoft.EventGrid/systemTopics' | 'Microsoft.ServiceBus/namespaces'
  metricName: string
  window: string
  frequency: string
  timeAggregation: 'Total' | 'Maximum'
  operator: 'GreaterThan'
  threshold: int
  dimensions: string[]
  autoMitigate: bool
}

@export()
@discriminator('kind')
type Rule = QueryRule | MetricRule

@export()
@description('The rules of alerts.json by name.')
type Rules = {
  *: Rule
}

@sealed()
type Replacement = {
  text: string
  with: string
}
