// Who may ask a service for predictions.

@export()
@sealed()
type Caller = {
  @description('Object id of a user, a group or a service principal.')
  principalId: string
  principalType: 'User' | 'Group' | 'ServicePrincipal'
}
