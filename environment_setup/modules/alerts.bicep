// The alert rules of alerts.json, and the action group that they call.

import { MetricRule, QueryRule, Rules, Tags } from '../types.bicep'

param prefix string
param location string
param tags Tags
param applicationInsightsId string
param systemTopicIds string[]

@description('The Service Bus namespaces by which notebooks are asked for; none where they are not run.')
param serviceBusIds string[]

@description('Whether records have metrics that an alert can be about.')
param recordsMetrics bool

@description('Who gets a mail for every alert.')
param emailAddresses string[]

var rules Rules = loadJsonContent('../alerts.json')
var queryRules { key: string, value: QueryRule }[] = filter(items(rules), rule => rule.value.kind == 'query')
var metricRules { key: string, value: MetricRule }[] = filter(items(rules), rule => rule.value.kind == 'metric')

// A file can only be loaded by its literal path.
var queries = {
  'expectations.kql': loadTextContent('../../queries/expectations.kql')
  'failed_pipeline_runs.kql': loadTextContent('../../queries/failed_pipeline_runs.kql')
  'invalid_events.kql': loadTextContent('../../queries/invalid_events.kql')
  'late_runs.kql': loadTextContent('../../queries/late_runs.kql')
  'metric_drop.kql': loadTextContent('../../queries/metric_drop.kql')
  'monitor_breaches.kql': loadTextContent('../../queries/monitor_breaches.kql')
  'monitor_health.kql': loadTextContent('../../queries/monitor_health.kql')
  'scoring_health.kql': loadTextContent('../../queries/scoring_health.kql')
  'stuck_runs.kql': loadTextContent('../../queries/stuck_runs.kql')
  'success_rate_drop.kql': loadTextContent('../../queries/success_rate_drop.kql')
}

// A rule about promises needs some: lines of the table, beside comments and the examples for the sample workspace.
var promises = split(split(split(queries['expectations.kql'], ')[')[1], '];')[0], '\n')
var ownPromises = filter(
  map(promises, line => trim(line)),
  line => !empty(line) && !startsWith(line, '//') && !startsWith(line, '\'sample-ws\'')
)
var disabledRules = concat(empty(ownPromises) ? ['promise-missed'] : [], recordsMetrics ? [] : ['metric-dropped'])

// A replacement in alerts.json is of a whole line: the `let` of a parameter.
var changes = toObject(
  queryRules,
  rule => rule.key,
  rule => toObject(rule.value.replacements, item => item.text, item => item.with)
)
var queryTexts = map(
  queryRules,
  rule => join(map(split(queries[rule.value.query], '\n'), line => changes[rule.key][?line] ?? line), '\n')
)

// By namespace of a metric: the resources that have it, each of which gets a rule of its own.
var watched = {
  'Microsoft.EventGrid/systemTopics': systemTopicIds
  'Microsoft.ServiceBus/namespaces': serviceBusIds
}
var metricRulesByResource = flatten(map(
  metricRules,
  rule =>
    map(watched[rule.value.metricNamespace], id => {
      rule: rule
      id: id
    })
))

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${prefix}-alerts'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'PipelineRun'
    enabled: true
    emailReceivers: [
      for address in emailAddresses: {
        name: address
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource scheduledQueryRules 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for (rule, i) in queryRules: {
    name: '${prefix}-${rule.key}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.value.title
      description: rule.value.description
      severity: rule.value.severity
      enabled: !contains(disabledRules, rule.key)
      scopes: [
        applicationInsightsId
      ]
      windowSize: rule.value.window
      evaluationFrequency: rule.value.frequency
      autoMitigate: rule.value.autoMitigate
      skipQueryValidation: true // beside a new workspace, whose tables are not there yet
      criteria: {
        allOf: [
          {
            query: queryTexts[i]
            timeAggregation: rule.value.timeAggregation
            operator: rule.value.operator
            threshold: rule.value.threshold
            dimensions: map(rule.value.dimensions, dimension => {
              name: dimension
              operator: 'Include'
              values: [
                '*'
              ]
            })
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [
          actionGroup.id
        ]
      }
    }
  }
]

// Topics in two resource groups may have one name.
resource metricAlerts 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for item in metricRulesByResource: {
    name: '${prefix}-${item.rule.key}-${last(split(item.id, '/'))}-${uniqueString(item.id)}'
    location: 'global'
    tags: tags
    properties: {
      description: '${item.rule.value.title}: ${item.rule.value.description}'
      severity: item.rule.value.severity
      enabled: true
      scopes: [
        item.id
      ]
      windowSize: item.rule.value.window
      evaluationFrequency: item.rule.value.frequency
      autoMitigate: item.rule.value.autoMitigate
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: item.rule.value.metricName
            metricNamespace: item.rule.value.metricNamespace
            metricName: item.rule.value.metricName
            timeAggregation: item.rule.value.timeAggregation
            operator: item.rule.value.operator
            threshold: item.rule.value.threshold
            dimensions: map(item.rule.value.dimensions, dimension => {
              name: dimension
              operator: 'Include'
              values: [
                '*'
              ]
            })
          }
        ]
      }
      actions: [
        {
          actionGroupId: actionGroup.id
        }
      ]
    }
  }
]
