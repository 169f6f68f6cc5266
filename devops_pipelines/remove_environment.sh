#!/usr/bin/env bash
# Removes an environment, or tells what would go: its resource group with everything in it, and what the deployment put
# elsewhere, which are event subscriptions on workspaces and the right to read their runs.
# usage: remove_environment.sh plan|remove BASE_NAME ENVIRONMENT
# Can be run again after a failure. Exit code 2 where there is no such environment.
set -euo pipefail

action=$1 group=$2-$3-RG function_app=$2-$3-FUNC event_subscription=pipeline-run-monitor-$3
deployment=pipeline-run-monitor
role_name="Pipeline Run Monitor: $function_app reads"

remove() {  # DESCRIPTION COMMAND...
  echo "  $1"
  if [ "$action" = remove ]; then
    "${@:2}"
  fi
}

remove_assignments() {  # OPTIONS that select them
  for assignment in $(az role assignment list --all "$@" --query '[].id' --output tsv); do
    remove "$assignment" az role assignment delete --ids "$assignment"
  done
}

if [ "$(az group exists --name "$group")" != true ]; then
  echo "there is no resource group $group, so nothing to $action" >&2
  exit 2
fi

# Of an environment whose deployment failed, some of it may be missing.
topics=$(az deployment group show --resource-group "$group" --name "$deployment" \
  --query 'properties.outputs.systemTopicIds.value[]' --output tsv) || topics=
identity=$(az resource list --resource-group "$group" --name "$function_app" \
  --query '[].identity.principalId' --output tsv)
vaults=$(az keyvault list --resource-group "$group" --resource-type vault --query '[].name' --output tsv)

for topic in $topics; do
  IFS=/ read -r _ _ subscription _ topic_group _ _ _ topic_name <<< "$topic"
  echo "$action: event subscription of $topic_name in $topic_group"
  remove "$event_subscription" az eventgrid system-topic event-subscription delete --yes --subscription "$subscription" \
    --resource-group "$topic_group" --system-topic-name "$topic_name" --name "$event_subscription"

  echo "$action: the right to read runs in $topic_group"
  scope=/subscriptions/$subscription/resourceGroups/$topic_group
  for role in $(az role definition list --custom-role-only true --scope "$scope" \
      --query "[?starts_with(roleName, '$role_name ')].name" --output tsv); do
    remove_assignments --subscription "$subscription" --role "$role"
    remove "role $role" az role definition delete --name "$role" --scope "$scope"
  done
done

echo "$action: rights of the identity of $function_app"
if [ -n "$identity" ]; then
  remove_assignments --assignee-object-id "$identity"
fi

echo "$action: resource group $group with"
az resource list --resource-group "$group" --query '[].{name: name, type: type}' --output table
remove "$group" az group delete --name "$group" --yes

echo "$action: Key Vaults that are deleted, but keep their names"
for vault in $vaults; do
  remove "$vault" az keyvault purge --name "$vault"
done
