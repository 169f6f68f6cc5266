// Who may ask a service for predictions, and which deployments of it answer.

@export()
@sealed()
type Caller = {
  @description('Object id of a user, a group or a service principal.')
  principalId: string
  principalType: 'User' | 'Group' | 'ServicePrincipal'
}

@export()
@description('Percentages of the requests, by the name of a deployment.')
type Traffic = {
  *: int
}
