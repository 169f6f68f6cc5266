// A compute cluster.
using '../../../../environment_setup/compute/cluster.bicep'

param name = 'cpu-cluster'
param workspaceName = 'sample-ws'
