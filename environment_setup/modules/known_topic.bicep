// What a system topic has that was there before, and keeps when it is deployed again: others may deliver by its identities.

import { Tags } from '../types.bicep'

param name string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: name
}

output tags Tags = topic.?tags ?? {}
output userAssignedIdentityIds string[] = objectKeys(topic.?identity.?userAssignedIdentities ?? {})
