// The alert rules of alerts.json, and the action group that they call.

param prefix string
param location string
param tags object
param applicationInsightsId string
param systemTopicIds array

@description('Who gets a mail for every alert.')
param emailAddresses array

var rules = any(loadJsonContent('../alerts.json'))
var queryRules = filter(rules, rule => rule.kind == 'query')
var metricRules = filter(rules, rule => rule.kind == 'metric')

// A file can only be loaded by its literal path.
var queries = {
  'failed_pipeline_runs.kql': loadTextContent('../../queries/failed_pipeline_runs.kql')
  'invalid_events.kql': loadTextContent('../../queries/invalid_events.kql')
  'late_runs.kql': loadTextContent('../../queries/late_runs.kql')
  'stuck_runs.kql': loadTextContent('../../queries/stuck_runs.kql')
  'success_rate_drop.kql': loadTextContent('../../queries/success_rate_drop.kql')
}

// A replacement in alerts.json is of a whole line: the `let` of a parameter.
var changes = toObject(
  queryRules,
  rule => rule.name,
  rule => toObject(rule.replacements, item => item.text, item => item.with))
var queryTexts = map(queryRules, rule => join(
  map(split(queries[rule.query], '\n'), line => contains(changes[rule.name], line) ? changes[rule.name][line] : line),
  '\n'))

var metricRulesByTopic = flatten(map(metricRules, rule => map(systemTopicIds, topicId => {
  rule: rule
  topicId: topicId
})))

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${prefix}-alerts'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'PipelineRun'
    enabled: true
    emailReceivers: [for address in emailAddresses: {
      name: address
      emailAddress: address
      useCommonAlertSchema: true
    }]
  }
}

resource scheduledQueryRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for (rule, i) in queryRules: {
  name: '${prefix}-${rule.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: rule.title
    description: rule.description
    severity: rule.severity
    enabled: true
    scopes: [
      applicationInsightsId
    ]
    windowSize: rule.window
    evaluationFrequency: rule.frequency
    autoMitigate: rule.autoMitigate
    criteria: {
      allOf: [
        {
          query: queryTexts[i]
          timeAggregation: rule.timeAggregation
          operator: rule.operator
          threshold: rule.threshold
          dimensions: map(rule.dimensions, dimension => {
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
}]

// Metric rules are a template in JSON, which Bicep deploys as it does its own.
module metricAlerts 'metric_alert.json' = [for item in metricRulesByTopic: {
  name: '${item.rule.name}-${uniqueString(prefix, item.topicId)}'
  params: {
    name: '${prefix}-${item.rule.name}-${last(split(item.topicId, '/'))}'
    tags: tags
    rule: item.rule
    resourceId: item.topicId
    actionGroupId: actionGroup.id
  }
}]
