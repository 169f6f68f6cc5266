#!/usr/bin/env bash
# Waits until Azure has taken a package over, which goes on after the tool that deployed it, and lists the function.
# usage: await_function.sh GROUP FUNCTION_APP HOST_NAME
# On the Flex Consumption plan a deployment can be looked up only while it goes on: it is done when it was seen and has
# gone. One that is not seen for a minute was faster than the first look; then the list of functions has to do.
# Exit code 1 when it ended otherwise. There is no time limit in here: the step that calls this has one.
set -euo pipefail

group=$1 function_app=$2
latest=https://${3/./.scm.}/api/deployments/latest

fail() {
  echo "##vso[task.logissue type=error]Azure could not take the package over, status $1: $latest tells why"
  exit 1
}

looks_left=30
while [ "$looks_left" -gt 0 ]; do
  if answer=$(az rest --only-show-errors --resource https://management.azure.com/ --url "$latest" --query status \
      --output tsv 2>&1); then
    case $answer in
      4) break ;;  # success
      -1 | 3 | 5 | 6) fail "$answer" ;;  # unknown, failed, overtaken by another deployment, partly successful
    esac
    echo "status of the deployment: $answer"
    looks_left=1
  elif [[ $answer == *"Not Found"* ]]; then
    looks_left=$((looks_left - 1))
  else
    echo "the deployment cannot be looked up: ${answer//\#/}"  # no command for Azure Pipelines
  fi
  sleep 2
done

until functions=$(az functionapp function list --resource-group "$group" --name "$function_app" \
    --query '[].name' --output tsv) && grep --quiet '/PipelineRunMonitor$' <<< "$functions"; do
  echo "functions: $functions"
  sleep 2
done
