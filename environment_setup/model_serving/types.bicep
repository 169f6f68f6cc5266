// Who may ask a service for predictions.

@export()
@sealed()
type Caller = {
  @description('Object id of a user, a group or a service principal.')
  principalId: string
  principalType: 'User' | 'Group' | 'ServicePrincipal'
}

@export()
@description('GUID of the role AzureML Data Scientist, which may call endpoints.')
var dataScientist = 'f6c7c914-8db3-469d-8ca1-694a8f32e121'
