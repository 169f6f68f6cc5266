#!/usr/bin/env bash
# Registers the same model, with its files, its tags and the number of its version, in another workspace, and notes in
# the tag promoted_from where it comes from.
# usage: promote_model.sh MODEL VERSION FROM_GROUP FROM_WORKSPACE TO_GROUP TO_WORKSPACE
# Can be run again: what is there already stays as it is. Exit code 3 where another model has that version.
set -euo pipefail

model=$1 version=$2 from_group=$3 from_workspace=$4 to_group=$5 to_workspace=$6
origin=$from_group/$from_workspace

if [ "$origin" = "$to_group/$to_workspace" ]; then
  echo "both environments have the workspace $to_workspace: there is nothing to promote"
  exit
fi

az extension add --name ml --upgrade --yes --only-show-errors
if found=$(az ml model show --name "$model" --version "$version" --output tsv \
    --resource-group "$to_group" --workspace-name "$to_workspace" --query "tags.promoted_from || 'its own training'" 2> /dev/null); then
  if [ "$found" != "$origin" ]; then
    echo "$to_workspace has a version $version of $model from $found, not from $origin: rename one of the models" >&2
    exit 3
  fi
  echo "$to_workspace has version $version of $model already"
  exit
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tags=(promoted_from="$origin")
lines=$(az ml model show --name "$model" --version "$version" --query tags --output json \
  --resource-group "$from_group" --workspace-name "$from_workspace" | python3 -c \
  'import json, sys; [print(f"{name}={value}".replace("\n", " ")) for name, value in json.load(sys.stdin).items()]')
while IFS= read -r tag; do
  [ -z "$tag" ] || tags+=("$tag")
done <<< "$lines"
az ml model download --name "$model" --version "$version" --download-path "$folder" --output none \
  --resource-group "$from_group" --workspace-name "$from_workspace"
az ml model create --name "$model" --version "$version" --path "$folder/$model" --type custom_model \
  --resource-group "$to_group" --workspace-name "$to_workspace" --tags "${tags[@]}" --query id --output tsv
