import pytest

from redaction.names.grading import NONE, STRONG, WEAK, grade


@pytest.mark.parametrize("name", [
    "pw", "passcode", "IDENTITY_HEADER", "dbkey", "servicekey", "licensekey", "storageKey", "x-functions-key",
    "contraseña", "Passwort", "mot_de_passe", "пароль", "数据库密码", "clé_api", "API-Schlüssel",
    "db_password_prod", "PROD_DB_PASSWORD", "MYSQL_PASS", "openaiKey", "azureml.parameters", "passwordHash",
    "db_psw", "fs.azure.account.oauth2.client.secret.acme.dfs.core.windows.net", "mysecret", "wifi_passphrase",
    "secureString"])
def test_names_that_say_secret_whatever_the_value_is(name: str):
    assert grade(name) == STRONG


@pytest.mark.parametrize("name", [
    "PAT", "psk", "auth", "jwt", "otp", "key1", "key2", "Schlüssel", "clave"])
def test_names_that_need_a_value_that_looks_secret(name: str):
    assert grade(name) == WEAK


@pytest.mark.parametrize("name", [
    "password_reset_rate", "tests_pass", "train_tokens", "next_token", "business_key", "dedup_key",
    "feature_key", "s3_key", "entity_key", "key_column", "hotkey", "author", "keyboard", "compass",
    "no_password", "password_reset_page", "monitor_key", "token_count", "pattern", "path", "secret_name",
    "password_policy", "signature", "design",
    "primary_key", "monkey"])
def test_names_that_do_not(name: str):
    assert grade(name) == NONE
