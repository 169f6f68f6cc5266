// What the others need to know of an Application Insights component, be it new or one that was there before. Outputs stand in
// the history of deployments for whoever may read the resource group: its connection string is none of them.

param name string

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: name
}

output location string = component.location
output appId string = component.properties.AppId
