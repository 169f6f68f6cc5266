// For how long a new Log Analytics workspace keeps what Application Insights writes into it.

param logAnalyticsName string
param retentionDays int

resource logAnalytics 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: logAnalyticsName
}

// These tables keep what they hold for 90 days, whatever the workspace says.
var tables = [
  'AppDependencies'
  'AppEvents'
  'AppExceptions'
  'AppMetrics'
  'AppPerformanceCounters'
  'AppRequests'
  'AppTraces'
]

@batchSize(1) // a workspace takes one change at a time
resource retentions 'Microsoft.OperationalInsights/workspaces/tables@2026-03-01' = [
  for table in tables: {
    parent: logAnalytics
    name: table
    properties: {
      retentionInDays: retentionDays
      totalRetentionInDays: retentionDays
    }
  }
]
