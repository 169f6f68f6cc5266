// What the others need to know of an Application Insights component, be it new or one that was there before.

param name string

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: name
}

output location string = component.location
output connectionString string = component.properties.ConnectionString
output appId string = component.properties.AppId
