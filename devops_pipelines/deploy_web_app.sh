#!/usr/bin/env bash
# Deploys a registered version of a model to App Service: has the container registry build an image with the model in it,
# starts that in the slot `next` beside the one in use, asks it for predictions, swaps the two, and asks again. Where
# anything fails, or this is stopped, they are swapped back, the log of the new container is printed, and it is stopped.
# usage: deploy_web_app.sh GROUP WORKSPACE WEB_APP MODEL VERSION BUILD_ID
# What was in use before stays in the slot, stopped: started and swapped, it is back. Any registered version can be
# deployed. What the same build has deployed already is asked, and no more.
set -euo pipefail

group=$1 workspace=$2 app=$3 model=$4 version=$5
tag=v$version-build-$6
slot=next
is_started=false

in_use() {
  az webapp config show --name "$app" --resource-group "$group" --query linuxFxVersion --output tsv
}

swap() {
  az webapp deployment slot swap --name "$app" --resource-group "$group" --slot $slot --target-slot production
}

ask() {  # HOST
  python3 -m devops_pipelines.scoring_smoke_test --scoring-url "https://$1/score" --model-version "$version" \
    --query-url "https://api.applicationinsights.io/v1/apps/$app_id/query"
}

go_back() {  # does nothing before there is a new container, and once that is the one in use
  if [ "$is_started" = true ]; then
    echo "##vso[task.logissue type=error]$tag does not work: going back"
    used=$(in_use)  # looked up: of a swap that failed nobody knows how far it came; unknown, nothing is stopped
    if [[ $used == *":$tag" ]]; then
      swap
    fi
    if az webapp log download --name "$app" --resource-group "$group" --slot $slot --log-file "$folder/log.zip"; then
      unzip -p "$folder/log.zip" '*docker.log' | tail -n 100 | sed 's/##*/#/g' || true  # no command for Azure Pipelines
    fi
    az webapp stop --name "$app" --resource-group "$group" --slot $slot
    rm -f "$notes"
  fi
}

source devops_pipelines/going_back.sh
notes=${AGENT_TEMPDIRECTORY:-$folder}/$app-$tag  # kept for the step after a cancellation
if [ "${7:-}" = go-back ]; then  # the step after a cancellation
  if [ -f "$notes" ]; then
    is_started=true
  fi
  exit
fi
az extension add --name ml --upgrade --yes --only-show-errors
component=$(az ml workspace show --name "$workspace" --resource-group "$group" --query application_insights --output tsv)
app_id=$(az resource show --ids "$component" --query properties.AppId --output tsv)
host=$(az webapp show --name "$app" --resource-group "$group" --query defaultHostName --output tsv)
slot_host=$(az webapp show --name "$app" --resource-group "$group" --slot $slot --query defaultHostName --output tsv)
id=$(az webapp show --name "$app" --resource-group "$group" --query id --output tsv)
client_id=$(az rest --method get --url "$id/config/authsettingsV2?api-version=2025-03-01" --output tsv \
  --query properties.identityProviders.azureActiveDirectory.registration.clientId)

# Taken at once: the assertion of a federated service connection lives ten minutes, tokens an hour.
SCORING_TOKEN=$(az account get-access-token --resource "$client_id" --query accessToken --output tsv)
QUERY_TOKEN=$(az account get-access-token --resource https://api.applicationinsights.io \
  --query accessToken --output tsv)
export SCORING_TOKEN QUERY_TOKEN
az account get-access-token --resource https://appservice.azure.com --output none  # kept by the Azure CLI, for the log

before=$(in_use)
before=${before#DOCKER|}
repository=${before%%[:@]*}  # HOST/NAME of HOST/NAME:TAG or HOST/NAME@DIGEST
image=$repository:$tag
if [ "$before" = "$image" ]; then
  echo "$image is in use already"
  ask "$host"
  exit
fi

mkdir -p "$folder/image/model"
az ml model download --name "$model" --version "$version" --download-path "$folder/image/model" --output none \
  --resource-group "$group" --workspace-name "$workspace"
cp samples/diabetes_regression/scoring/Dockerfile samples/diabetes_regression/scoring/*.py "$folder/image"
az acr build --registry "${repository%%[.-]*}" --image "${repository#*/}:$tag" --output none \
  --build-arg "MODEL_NAME=$model" --build-arg "MODEL_VERSION=$version" "$folder/image"

echo "starting $image in the slot $slot, beside $before"
is_started=true
touch "$notes"
# Stopped first, so that what answers afterwards is the new one.
az webapp stop --name "$app" --resource-group "$group" --slot $slot
# `az webapp config container set` would also change a setting of the app in use, and so start that again.
az rest --method patch --url "$id/slots/$slot/config/web?api-version=2025-03-01" --output none \
  --body "{\"properties\": {\"linuxFxVersion\": \"DOCKER|$image\"}}"
az webapp start --name "$app" --resource-group "$group" --slot $slot
sleep 10  # for a moment it is still said to be stopped, which would be the end of the smoke test
ask "$slot_host"
swap
ask "$host"
rm -f "$notes"
is_started=false  # from here on it is the one in use, whatever becomes of the old
az webapp stop --name "$app" --resource-group "$group" --slot $slot
