// A scoring service on App Service.
using '../../../../environment_setup/model_serving/web_app.bicep'

param name = 'diabetes'
param registryName = 'mlregistry'
param image = 'diabetes-regression:3'
param clientId = '11111111-1111-1111-1111-111111111111'
param applicationInsightsName = 'insights'
