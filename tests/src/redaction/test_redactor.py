import json

import pytest

from redaction.redactor import REDACTED, is_secret_name, redact, redact_text

ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq" + "/K1SZFPTOtr/KBHBeksoGMGw=="
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0" + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"


@pytest.mark.parametrize("text, secret", [
    ("https://a.blob.core.windows.net/c/log.txt?sv=2019-07-07&sr=b&sig=abc%2Bdef%3D&sp=r", "abc%2Bdef"),
    ("https://a.blob.core.windows.net/c?sp=r%26sig%3Dabcdef", "abcdef"),
    ("SharedAccessSignature=sv=2019&sig=abcdef;x", "abcdef"),
    (f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={ACCOUNT_KEY};EndpointSuffix=e.net", ACCOUNT_KEY),
    ("Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=c2VjcmV0a2V5=", "c2VjcmV0a2V5"),
    (f"the key is {ACCOUNT_KEY}.", ACCOUNT_KEY),
    ("Server=db;User Id=sa;Password=hunter2;Encrypt=true", "hunter2"),
    ("curl -H 'Authorization: Bearer abcdefgh12345678'", "abcdefgh12345678"),
    (f"token was {JWT} and expired", JWT),
    ("train.py --db-password hunter2 --epochs 5", "hunter2"),
    ("train.py --db_password='hunter 2' --epochs 5", "hunter 2"),
    ("train.py --api-key=hunter2", "hunter2"),
    ("password: hunter2", "hunter2"),
    ('{"user": "a", "clientSecret": "hunter2", broken', "hunter2"),
    ("postgresql://etl:hunter2@db.example.com:5432/ml", "hunter2"),
    ("https://hunter2@dev.azure.com/org/_git/repo", "hunter2"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIhunter2\n-----END RSA PRIVATE KEY-----", "hunter2"),
    ("-----BEGIN PRIVATE KEY-----\nMIIhunter2", "hunter2"),
    ("dapi" + "0123456789abcdef0123456789abcdef-2", "0123456789abcdef"),
    ("ghp_" + "a1B2" * 9, "a1B2a1B2"),
    ("github_pat_" + "a1B2" * 9, "a1B2a1B2"),
    ("AADSTS: secret abc8Q~" + "x" * 34 + " is wrong", "x" * 34),
])
def test_secrets_in_text(text, secret):
    clean = redact_text(text)
    assert secret not in clean
    assert REDACTED in clean
    assert redact_text(clean) == clean


@pytest.mark.parametrize("text", [
    "7dc972657c2168927a02c3bc2b161e0f370365d7",
    "9ba5c47b-6a01-481d-a364-0f950b4f7206",
    "azureml://locations/westeurope/workspaces/be7c6676/environments/pipeline_env/versions/10",
    "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04:20220708.v1",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "https://ml.azure.com/runs/r1?wsid=/subscriptions/s/resourcegroups/g/workspaces/w&tid=t",
    "ssh://git@github.com/org/repo.git",
    "prep_airline_delay.py --input-data DatasetConsumptionConfig:raw_data --max_tokens 512",
    "UserError: design of the tokenizer: expected 3 columns, got 4",
])
def test_what_is_no_secret_stays_readable(text):
    assert redact_text(text) == text


@pytest.mark.parametrize("name", ["DB_PASSWORD", "dbPassword", "db-password", "clientSecret", "SAS_TOKEN", "accountKey",
                                  "AZURE_STORAGE_KEY", "api_key", "ConnectionString", "sas", "HF_TOKEN", "pwd"])
def test_names_that_say_secret(name):
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["max_tokens", "tokenizer", "key", "keyboard", "passthrough", "secretary", "node_id",
                                  "monkey", "snapshot_id", "EXAMPLE_ENV_VAR", "primary_metric"])
def test_names_that_do_not(name):
    assert not is_secret_name(name)


def test_members_whose_name_says_secret_go_whatever_they_look_like():
    values = {"environmentVariables": {"DB_PASSWORD": "a", "HF_TOKEN": {"nested": "b"}, "MODE": "fast"},
              "credentialPassthrough": False, "token": None, "password": ""}
    assert redact(values) == {
        "environmentVariables": {"DB_PASSWORD": REDACTED, "HF_TOKEN": REDACTED, "MODE": "fast"},
        "credentialPassthrough": False, "token": None, "password": ""}


def test_argument_list():
    arguments = ["--db-password", "hunter2", "--epochs", "5", "--api-key", "--verbose", "--token=abc"]
    assert redact(arguments) == ["--db-password", REDACTED, "--epochs", "5", "--api-key", "--verbose",
                                 f"--token={REDACTED}"]


def test_pipeline_parameters_keep_their_names_alone():
    clean = redact({"azureml.parameters": '{"learning_rate": "0.1", "x": "hunter2"}'})
    assert json.loads(clean["azureml.parameters"]) == {"learning_rate": REDACTED, "x": REDACTED}
    assert redact({"azureml.parameters": "{}"}) == {"azureml.parameters": "{}"}
    assert redact({"AzureML.Parameters": "hunter2"}) == {"AzureML.Parameters": REDACTED}


def test_json_inside_text_inside_json():
    inner = json.dumps({"settings": json.dumps({"password": "hunter2", "mode": "fast"})})
    clean = redact({"config": inner})
    assert "hunter2" not in clean["config"]
    assert json.loads(json.loads(clean["config"])["settings"])["mode"] == "fast"


def test_text_of_json_without_secrets_is_left_as_it_was_written():
    assert redact_text('{ "a" : 1.0 }') == '{ "a" : 1.0 }'


def test_values_nested_without_end_are_cut_off():
    value = secret = {}
    for _ in range(5_000):
        value = {"a": value}
    secret["password"] = "hunter2"
    assert "hunter2" not in json.dumps(redact(value))


def test_long_text_takes_linear_time():
    """Each of these took minutes with unbounded patterns: the test run's own time limit would tell."""
    for filling in ("-a", "eyJ-", "http://", "://", "a.", "--token", "sig", "password", "https://a?", '"password": "',
                    "\\", "sk-a", "--token "):
        assert redact_text("key " + filling * (100_000 // len(filling)))


LONG = "P1anted" + "aB3x" * 8


@pytest.mark.parametrize("text", [
    "--sas {}", "secret_key={}", "--password=ab,{}", "--password=ab;{}", "password=ab&{}", "PWD={{a b;{}}};x=1",
    'password="a\\"{}" x', "password='a {}", "db_password: {}", "token: {}", "api_key: {}", "account_key: {}",
    '{{\\"password\\": \\"{}\\"}}', '{{"azureml.parameters": "{{\\"a\\": \\"{}', '\ufeff{{"password": "{}"}}',
    '{{"password": "{}", "password": null}}', "?sv=1\\u0026sig={}", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n{}",
    "hf_{}", "xoxb-{}", "https://hooks.slack.com/services/T/{}", "sk-proj-{}", "AIza{}", "glpat-{}", "npm_{}",
    "pypi-{}",
    "sk_live_{}", "eyJhbGci.{}", "https://a/b?code={}&y=2", "https://a/b?subscription-key={}", "x-functions-key: {}",
    "Authorization: Custom {}", "Cookie: a={}", "Bearer {}",
])
def test_more_secrets_in_text(text):
    clean = redact_text(text.format(LONG))
    assert LONG not in clean
    assert redact_text(clean) == clean


@pytest.mark.parametrize("value", [
    ["--secret-key", LONG], ["--secret-value", LONG], ["--primary-key", LONG], ["--sas", LONG], ["--pass", LONG],
    ["--db-password=", LONG], ["--db-password=a " + LONG], {"name": "DB_PASSWORD", "value": LONG},
    {"COSMOS_KEY": LONG}, {"tokens": [LONG]}, {"DB_PASS": LONG}, {"mysecret": LONG}, {"openaiKey": LONG}])
def test_secrets_in_values(value):
    assert LONG not in json.dumps(redact(value))


@pytest.mark.parametrize("text", [
    "abfss://container@account.dfs.core.windows.net/x", "Basic authentication failed", "bearer credentials missing",
    "eos_token=</s>", "mask_token=[MASK]", "unexpected token = 5", "password=None", "--secret-sauce bbq",
    'tokens = ["hello", "world"]', "attention_tokens=dense", 'tokens, labels = "input_ids", "labels"',
    'remotes::install_github("tidyverse/dplyr")', "curl -b cookies.txt https://api.contoso.com"])
def test_words_that_only_look_secret_stay(text):
    assert redact_text(text) == text


def test_secret_that_a_terminal_broke_at_80_columns():
    line = "connecting as etl, password=hunter2".rjust(80, "-")
    assert redact_text(f"{line}Zephyr\nnext") == f"{line[:-7]}{REDACTED}\nnext"
    assert redact_text(f"{line}\nZephyr1 next") == f"{line[:-7]}{REDACTED} next"
    assert redact_text(f"-{line}\nZephyr1 next") == f"-{line[:-7]}{REDACTED}\nZephyr1 next"


@pytest.mark.parametrize("name", ["pad_token", "max_token", "next_token_loss", "token_count", "token_type_ids",
                                  "token_url", "primary_key", "secret_name", "credential_type", "TOKEN_DIR"])
def test_more_names_that_do_not(name):
    assert not is_secret_name(name)
