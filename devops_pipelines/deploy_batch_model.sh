#!/usr/bin/env bash
# Deploys a registered version of a model to a batch endpoint beside its default deployment, has it predict a few rows,
# checks what it has predicted, and only then makes it the default. Where anything fails, or this is stopped, the default
# stays as it was, and the new deployment is removed.
# usage: COMPUTE=cluster deploy_batch_model.sh GROUP WORKSPACE ENDPOINT MODEL VERSION BUILD_ID
# The deployment that was the default stays, because jobs of it may be running, and costs nothing; older ones of builds
# are removed. Any registered version can be deployed. What the same build has made the default stays so.
set -euo pipefail

group=$1 workspace=$2 endpoint=$3 model=$4 version=$5
new=v$version-build-$6
rows=samples/diabetes_regression/scoring_rows
job='' is_deployed=false

show_default() {
  az ml batch-endpoint show --name "$endpoint" --resource-group "$group" --workspace-name "$workspace" \
    --query defaults.deployment_name --output tsv
}

remove() {  # NAME
  az ml batch-deployment delete --name "$1" --endpoint-name "$endpoint" \
    --resource-group "$group" --workspace-name "$workspace" --yes
}

go_back() {  # does nothing before there is a new deployment, and once that is the default
  if [ "$is_deployed" = false ]; then
    return
  fi
  now=$(show_default)  # whatever the command said that made it so; where that is unknown, nothing is removed
  if [ "$now" = "$new" ]; then
    echo "$new has predicted and is the default: it stays"
  else
    echo "##vso[task.logissue type=error]$new does not work: it does not become the default"
    if [ -n "$job" ]; then
      az ml job cancel --name "$job" --resource-group "$group" --workspace-name "$workspace" || true  # it may have ended
    fi
    remove "$new"
  fi
  rm -f "$notes"
}

source devops_pipelines/going_back.sh
notes=${AGENT_TEMPDIRECTORY:-$folder}/$endpoint-$new  # kept for the step after a cancellation
az extension add --name ml --upgrade --yes --only-show-errors
if [ "${7:-}" = go-back ]; then  # the step after a cancellation
  if [ -f "$notes" ]; then
    is_deployed=true job=$(< "$notes")
  fi
  exit
fi

# Taken at once, and kept by the Azure CLI: the assertion of a federated service connection lives ten minutes, tokens an
# hour. To start a job, and to read what it has written.
for resource in https://ml.azure.com https://storage.azure.com; do
  az account get-access-token --resource $resource --output none
done

compute=${COMPUTE:?names the cluster of the jobs}
before=$(show_default)
if [ "$before" = "$new" ]; then
  echo "$new is the default already"
  exit
fi
az ml model show --name "$model" --version "$version" --resource-group "$group" --workspace-name "$workspace" \
  --query id --output tsv

echo "deploying version $version of $model as $new, beside ${before:-nothing}"
is_deployed=true
: > "$notes"
az ml batch-deployment create --name "$new" --endpoint-name "$endpoint" \
  --resource-group "$group" --workspace-name "$workspace" --output none \
  --file samples/diabetes_regression/scoring/batch_deployment.yml \
  --set "model=azureml:$model:$version" "compute=azureml:$compute"
job=$(az ml batch-endpoint invoke --name "$endpoint" --deployment-name "$new" --input $rows \
  --resource-group "$group" --workspace-name "$workspace" --query name --output tsv)
echo "$job" > "$notes"
az ml job stream --name "$job" --resource-group "$group" --workspace-name "$workspace"
az ml job download --name "$job" --output-name score --download-path "$folder" \
  --resource-group "$group" --workspace-name "$workspace"
python3 -m devops_pipelines.batch_predictions --rows $rows --predictions "$folder"
az ml batch-endpoint update --name "$endpoint" --resource-group "$group" --workspace-name "$workspace" \
  --set "defaults.deployment_name=$new" --output none
rm -f "$notes"
is_deployed=false  # from here on it is the default, whatever becomes of older ones
echo "$new is the default"
deployments=$(az ml batch-deployment list --endpoint-name "$endpoint" --resource-group "$group" \
  --workspace-name "$workspace" --query "[?contains(name, '-build-')].name" --output tsv)
for old in $deployments; do
  if [ "$old" != "$new" ] && [ "$old" != "$before" ]; then
    echo "removing $old"
    remove "$old"
  fi
done
