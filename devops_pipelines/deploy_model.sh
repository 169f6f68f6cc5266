#!/usr/bin/env bash
# Deploys a registered version of a model to an online endpoint beside the deployment that is running, asks it for
# predictions, moves the traffic, asks again, and removes the old deployment. Where anything fails, or this is stopped,
# the traffic goes back to where it was, the log of the new deployment is printed, and the deployment removed.
# usage: deploy_model.sh GROUP WORKSPACE ENDPOINT MODEL VERSION BUILD_ID
# Any registered version can be deployed: going back to an older model needs no training. A deployment that an earlier
# attempt of the same build left without traffic is replaced; one that has the traffic is asked, and no more.
set -euo pipefail

group=$1 workspace=$2 endpoint=$3 model=$4 version=$5
new=v$version-build-$6
before=() idle=() is_deployed=false is_moved=false

show_endpoint() {  # QUERY
  az ml online-endpoint show --name "$endpoint" --resource-group "$group" --workspace-name "$workspace" \
    --query "$1" --output tsv
}

move_traffic() {  # NAME=SHARE…
  az ml online-endpoint update --name "$endpoint" --resource-group "$group" --workspace-name "$workspace" \
    --traffic "$*" --output none
}

remove() {  # NAME
  az ml online-deployment delete --name "$1" --endpoint-name "$endpoint" \
    --resource-group "$group" --workspace-name "$workspace" --yes
}

ask() {  # OPTIONS of the smoke test
  python3 -m devops_pipelines.scoring_smoke_test --scoring-url "$scoring_url" \
    --query-url "https://api.applicationinsights.io/v1/apps/$app_id/query" "$@"
}

go_back() {  # does nothing before there is a new deployment, and once that is the one in use
  if [ "$is_deployed" = true ]; then
    echo "##vso[task.logissue type=error]$new does not work: going back to ${before[*]:-nothing}"
    if [ "$is_moved" = true ]; then
      move_traffic "$new=0" "${before[@]}"
    fi
    az ml online-deployment get-logs --name "$new" --endpoint-name "$endpoint" \
      --resource-group "$group" --workspace-name "$workspace" --lines 100 \
      | sed 's/##*/#/g' || true  # no command for Azure Pipelines
    remove "$new"
    rm -f "$notes"
  fi
}

source devops_pipelines/going_back.sh
notes=${AGENT_TEMPDIRECTORY:-$folder}/$endpoint-$new  # kept for the step after a cancellation
az extension add --name ml --upgrade --yes --only-show-errors
if [ "${7:-}" = go-back ]; then  # the step after a cancellation
  if [ -f "$notes" ]; then
    read -r is_moved moved_from < "$notes"
    read -r -a before <<< "$moved_from"
    is_deployed=true
  fi
  exit
fi
scoring_url=$(show_endpoint scoring_uri)
component=$(az ml workspace show --name "$workspace" --resource-group "$group" --query application_insights --output tsv)
app_id=$(az resource show --ids "$component" --query properties.AppId --output tsv)

# Taken at once: the assertion of a federated service connection lives ten minutes, tokens an hour.
SCORING_TOKEN=$(az account get-access-token --resource https://ml.azure.com --query accessToken --output tsv)
QUERY_TOKEN=$(az account get-access-token --resource https://api.applicationinsights.io \
  --query accessToken --output tsv)
export SCORING_TOKEN QUERY_TOKEN

traffic=$(show_endpoint '[keys(traffic), values(traffic)]')  # a line of names, a line of shares
IFS=$'\t' read -r -a names <<< "${traffic%%$'\n'*}"
IFS=$'\t' read -r -a shares <<< "${traffic##*$'\n'}"
for index in "${!names[@]}"; do
  if [ "${shares[index]}" != 0 ]; then
    before+=("${names[index]}=${shares[index]}")
  elif [[ ${names[index]} == *-build-* ]]; then  # others are somebody's own
    idle+=("${names[index]}")
  fi
done
if [ "${before[*]:-}" = "$new=100" ]; then
  echo "$new has all the traffic already"
  ask
  for old in "${idle[@]}"; do  # an earlier attempt was ended before it had removed them
    remove "$old"
  done
  exit
fi

az ml model show --name "$model" --version "$version" --resource-group "$group" --workspace-name "$workspace" \
  --query id --output tsv
if az ml online-deployment show --name "$new" --endpoint-name "$endpoint" \
    --resource-group "$group" --workspace-name "$workspace" --output none 2> /dev/null; then
  echo "removing $new, which an earlier attempt has left"
  remove "$new"
fi

echo "deploying version $version of $model as $new, beside ${before[*]:-nothing}"
is_deployed=true
echo "false ${before[*]:-}" > "$notes"
az ml online-deployment create --name "$new" --endpoint-name "$endpoint" \
  --resource-group "$group" --workspace-name "$workspace" --output none \
  --file samples/diabetes_regression/scoring/deployment.yml --set "model=azureml:$model:$version"
ask --deployment "$new"
is_moved=true
echo "true ${before[*]:-}" > "$notes"
move_traffic "$new=100" "${before[@]/%=*/=0}"
ask
rm -f "$notes"
is_moved=false is_deployed=false  # from here on it is the one in use, whatever becomes of the old
for old in "${before[@]%=*}"; do
  echo "removing $old"
  remove "$old"
done
