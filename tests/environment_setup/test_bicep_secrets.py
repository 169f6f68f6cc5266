"""No secret is where whoever may read deployments reads it: in an output, in a parameter that is not secure, or in an
app setting that was given as a parameter."""
import json
import re
import shutil

import pytest

from tests.environment_setup.bicep import compiler
from tests.environment_setup.bicep.compiler import CompilerError
from tests.environment_setup.bicep.deployed import FILES, FOLDER, app_settings, infrastructure

# What Azure makes up and whoever has it may use: properties of resources, and answers to list… functions.
SECRET = re.compile(r"\.(?:ConnectionString|InstrumentationKey|primaryKey|connectionString)\b|\blist[A-Z]\w*\(")
DEPLOYMENT = "Microsoft.Resources/deployments"
REFERENCE = "@Microsoft.KeyVault(VaultName=team-kv;SecretName=backend)"
# By what is wrong: the file, a text in it, and another one in its place.
MISTAKES = {
    "output": ("modules/application_insights.bicep", "output appId string = component.properties.AppId",
               "output appId string = component.properties.ConnectionString"),
    "output of a key": ("modules/notebook_queue.bicep", "output id string = namespace.id",
                        "#disable-next-line outputs-should-not-contain-secrets\n"
                        "output id string = listKeys(namespace.id, namespace.apiVersion).primaryKey"),
    "output of a secure parameter": (
        "modules/key_vault.bicep", "resource reader",
        "#disable-next-line outputs-should-not-contain-secrets\noutput shown string = secret\n\nresource reader"),
    "parameter of a module": ("modules/key_vault.bicep", "@secure()\nparam secret string", "param secret string"),
}


def open_secrets(template, path="main"):
    """Where a secret leaves a template, or one of those inside it, for the history of deployments."""
    secure = {name for name, one in template.get("parameters", {}).items() if one.get("type", "").startswith("secure")}

    def holds(value):
        text = json.dumps(value)
        given = set(re.findall(r"parameters\('(\w+)'\)", text))
        used = set(re.findall(r"variables\('(\w+)'\)", text))
        return bool(SECRET.search(text) or given & secure or any(holds(template["variables"][one]) for one in used))

    for name, one in template.get("outputs", {}).items():
        if holds(one.get("value", one.get("copy"))):
            yield f"{path}, output {name}"
    resources = template["resources"]  # by symbolic name, or a list where no file of ours needs one
    for name, resource in resources.items() if isinstance(resources, dict) else enumerate(resources):
        if resource["type"] == DEPLOYMENT:
            inner = resource["properties"]["template"]
            for given, value in resource["properties"].get("parameters", {}).items():
                if holds(value) and not inner["parameters"][given]["type"].startswith("secure"):
                    yield f"{path}, parameter {given} of {name}"
            yield from open_secrets(inner, f"{path}/{name}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_secret_leaves_a_template(path):
    assert list(open_secrets(compiler.find().compile(path).template)) == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_secret_that_leaves_is_found(tmp_path, mistake):
    name, text, wrong = MISTAKES[mistake]
    folder = shutil.copytree(FOLDER, tmp_path / "environment_setup", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(FOLDER.parent / "queries", tmp_path / "queries")
    content = (folder / name).read_text(encoding="utf-8")
    assert text in content
    (folder / name).write_text(content.replace(text, wrong), encoding="utf-8")
    assert len(list(open_secrets(compiler.find().compile(folder / "main.bicep").template))) == 1


@pytest.mark.parametrize(("name", "value"), [
    ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=hush"), ("otel_exporter_otlp_logs_headers", "api-key=hush"),
    ("SERVICE_PRINCIPAL_PASSWORD", "hush"), ("AZURE_CLIENT_SECRET", "hush"), ("MY_API_KEY", "hush"),
    ("APP_INSIGHTS_CONNECTION_STRING", "InstrumentationKey=hush"),
    ("NOTEBOOK_SERVICE_BUS", "Endpoint=sb://team.servicebus.windows.net/;SharedAccessKeyName=all;SharedAccessKey=hush"),
    ("AzureWebJobsStorage", "DefaultEndpointsProtocol=https;AccountName=team;AccountKey=hush"),
    ("WEBSITE_RUN_FROM_PACKAGE", "https://team.blob.core.windows.net/package/app.zip?sv=2026-01-01&sig=hush"),
])
def test_an_app_setting_with_a_secret_is_refused_unless_it_is_a_key_vault_reference(name, value):
    with pytest.raises(CompilerError, match=f"give Key Vault references: {name}") as refused:
        infrastructure(settings={name: value})
    assert "hush" not in str(refused.value)
    assert app_settings(infrastructure(settings={name: REFERENCE}))[name] == REFERENCE


def test_other_app_settings_are_as_they_were_given():
    settings = {"RECORD_METRICS": "mse", "OTEL_EXPORTER_OTLP_HEADERS": "", "SUBMITTABLE_PIPELINES": "key=batch:tokens"}
    assert settings.items() <= app_settings(infrastructure(settings=settings)).items()
