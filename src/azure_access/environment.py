"""Settings as the environment has them, each by its name or by another that it goes by, and as errors quote them."""
from collections.abc import Callable, Mapping

from .errors import SettingsError

Read = Callable[[str], str | None]
_KEY_VAULT_REFERENCE = "@Microsoft.KeyVault("
_QUOTED = 20  # characters of a value that is wrong


def reader(environment: Mapping[str, str], names: Mapping[str, tuple[str, ...]]) -> Read:
    """Reads a setting by its documented name; `names` has the alternatives of each. Blank is as good as not set. Raises
    SettingsError for a Key Vault reference, which Azure hands on as it stands where it could not resolve it ("Use Key
    Vault references as app settings in Azure App Service and Azure Functions")."""
    def read(name: str) -> str | None:
        values = ((one, environment.get(one, "").strip()) for one in (name, *names[name]))
        found, value = next(((one, value) for one, value in values if value), (name, None))
        if value and value.startswith(_KEY_VAULT_REFERENCE):
            raise SettingsError(f"{found} is a Key Vault reference that Azure has not resolved: give the app's own "
                                "identity the role Key Vault Secrets User on the vault, and refresh the reference")
        return value
    return read


def read_seconds(read: Read, name: str, default: float, most: float, why: str = "") -> float:
    """A number of seconds from 1 on. Raises SettingsError, which ends with why there may be no more."""
    value = read(name)
    try:
        seconds = float(value) if value else default
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= most:
        raise SettingsError(f"{name} is {quote(value or '')}: put a number of seconds from 1 to {most:g} there, or "
                            f"remove it for {default:g}{why}")
    return seconds


def quote(value: str) -> str:
    """What was put there, for an error, unless it is long: that may be a secret which belongs into another setting."""
    return repr(value) if len(value) <= _QUOTED or value.startswith("/") else f"a text of {len(value)} characters"
