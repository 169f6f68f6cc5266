#!/usr/bin/env bash
# Removes what was deployed to a resource group, or tells what would go: the group with everything in it, and what the
# deployment put elsewhere, which are event subscriptions on workspaces and the right to read their runs.
# usage: remove_environment.sh plan|remove GROUP
# Can be run again after a failure, also where the group has gone and its Key Vaults still keep their names. Exit code 2
# where there is nothing left of it, 3 where it holds a workspace that the deployment did not create, or is locked.
set -euo pipefail

action=$1 group=$2
workspaces_type=Microsoft.MachineLearningServices/workspaces

remove() {  # DESCRIPTION COMMAND...
  echo "  $1"
  if [ "$action" = remove ]; then
    "${@:2}"
  fi
}

remove_assignments() {  # OPTIONS that select them
  assignments=$(az role assignment list --all "$@" --query '[].id' --output tsv)
  for assignment in $assignments; do
    remove "$assignment" az role assignment delete --ids "$assignment"
  done
}

resources() {  # TYPE TEST FIELDS
  az resource list --resource-group "$group" --resource-type "$1" --query "[?$2].$3" --output tsv
}

# Azure compares its names without regard to case, and the queries of its CLI cannot.
having() {  # TEXT...: of lines whose first field has one of these in it, the other fields
  awk -F '\t' 'BEGIN { for (i = 1; i < ARGC; i++) wanted[tolower(ARGV[i])]; ARGC = 1 } {
    for (text in wanted) if (index(tolower($1), text)) { sub(/^[^\t]*\t/, ""); print; next } }' "$@"
}

purge() {  # LINES of names, each with True where the vault is protected from that
  echo "$action: Key Vaults that are deleted, but keep their names"
  while read -r vault is_protected <&3; do
    if [ "$is_protected" = True ]; then
      echo "  $vault stays until its time is over: it is protected from being purged"
    elif [ -n "$vault" ]; then
      remove "$vault" az keyvault purge --name "$vault"
    fi
  done 3<<< "$1"
}

created="tags.application == 'Pipeline Run Monitor'"
exists=$(az group exists --name "$group")  # by itself: in the test, a login that has run out would say no
if [ "$exists" != true ]; then
  vaults=$(az keyvault list-deleted --resource-type vault --output tsv --query "[?properties.$created].[
    properties.vaultId, name, properties.purgeProtectionEnabled || \`false\`]" | having "/resourceGroups/$group/")
  if [ -z "$vaults" ]; then
    echo "there is no resource group $group, so nothing to $action" >&2
    exit 2
  fi
  purge "$vaults"
  exit
fi

foreign=$(resources $workspaces_type "!($created)" name)
if [ -n "$foreign" ]; then
  echo "$group also holds $foreign, which the deployment did not create: remove the rest of it by hand" >&2
  exit 3
fi

locks=$(az lock list --resource-group "$group" --query '[].name' --output tsv)
if [ -n "$locks" ]; then
  echo "$group is locked against its removal by ${locks//$'\n'/, }" >&2
  exit 3
fi

# Of an environment whose deployment failed, some of it may be missing.
topics=$(az deployment group list --resource-group "$group" --output tsv --query \
  'sort_by([?properties.outputs.systemTopicIds], &properties.timestamp)[-1].properties.outputs.systemTopicIds.value[]')
apps=$(resources Microsoft.Web/sites "$created" "[name, identity.principalId || '']")
workspaces=$(resources $workspaces_type "$created" name)
logs=$(resources Microsoft.OperationalInsights/workspaces "$created" name)
home=$(az account show --query id --output tsv)
subscriptions=$( (echo "$home"; cut -d / -f 3 <<< "$topics") | sort --unique)
vaults=$(az keyvault list --resource-group "$group" --resource-type vault --output tsv \
  --query "[?$created].[name, properties.enablePurgeProtection || \`false\`]")

while read -r function_app identity <&3; do
  [ -n "$function_app" ] || continue
  for topic in $topics; do
    IFS=/ read -r _ _ subscription _ topic_group _ _ _ topic_name <<< "$topic"
    echo "$action: event subscriptions of $topic_name in $topic_group"
    is_there=$(az group exists --subscription "$subscription" --name "$topic_group")
    if [ "$is_there" != true ]; then  # others may have removed their workspace, and its group
      echo "  the resource group is gone"
      continue
    fi
    found=$(az eventgrid system-topic list --subscription "$subscription" --resource-group "$topic_group" --output tsv \
      --query "[].[join('/', ['', name, '']), name]" | having "/$topic_name/")
    names=''
    if [ -n "$found" ]; then
      names=$(az eventgrid system-topic event-subscription list --subscription "$subscription" \
        --resource-group "$topic_group" --system-topic-name "$topic_name" --output tsv \
        --query "[].[join('/', ['', name, '']), name]" | having "/$function_app/" "/$function_app-notebooks/")
    fi
    for name in $names; do
      remove "$name" az eventgrid system-topic event-subscription delete --yes --subscription "$subscription" \
        --resource-group "$topic_group" --system-topic-name "$topic_name" --name "$name"
    done

    echo "$action: the right to read runs in $topic_group"
    scope=/subscriptions/$subscription/resourceGroups/$topic_group
    roles=$(az role definition list --custom-role-only true --scope "$scope" --output tsv \
      --query "[].[roleName, name]" | having "Pipeline Run Monitor: $function_app reads ")
    for role in $roles; do
      remove_assignments --subscription "$subscription" --role "$role"
      remove "role $role" az role definition delete --name "$role" --scope "$scope"
    done
  done

  echo "$action: rights of the identity of $function_app"
  if [ -n "$identity" ]; then
    for subscription in $subscriptions; do
      remove_assignments --assignee-object-id "$identity" --subscription "$subscription"
    done
  fi
done 3<<< "$apps"

# A workspace that went with its group would keep its name for two weeks.
echo "$action: workspaces with everything that was run in them"
for workspace in $workspaces; do
  remove "extension of the Azure CLI" az extension add --name ml --upgrade --yes --only-show-errors
  remove "$workspace" az ml workspace delete --name "$workspace" --resource-group "$group" --permanently-delete --yes
done

# So would one of Log Analytics, and who took the name would have the old records again.
echo "$action: workspaces of Log Analytics with everything that was recorded"
for workspace in $logs; do
  remove "$workspace" az monitor log-analytics workspace delete --workspace-name "$workspace" \
    --resource-group "$group" --force true --yes
done

echo "$action: resource group $group with"
az resource list --resource-group "$group" --query '[].{name: name, type: type}' --output table
remove "$group" az group delete --name "$group" --yes

purge "$vaults"
