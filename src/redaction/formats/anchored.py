"""Tokens whose sign stands in their midst or at their end, and addresses that are keys: webhooks, chat and logic apps.

Each rule has a word that every match holds: most texts hold none, and finding out costs next to nothing.
"""
import re
from collections.abc import Iterator

from ..places import Place
from ..tries import any_of

_START = r"(?<![A-Za-z0-9])"
_END = r"(?![A-Za-z0-9])"
# What follows "Basic" or "Bearer" in a sentence is a word; credentials have digits, mixed case, padding, or are long.
_CREDENTIALS = r"(?=[\w.~+/-]{0,400}=|[\w.~+/-]{0,400}?(?:[0-9]|[a-z][A-Z])|[\w.~+/-]{24})[\w.~+/-]{4,}=*"

# The rule, the word that it needs (in lower case), the pattern. Where it has a group, that is what goes.
_RULES = [(rule, word, re.compile(pattern, re.ASCII)) for rule, word, pattern in (
    ("JSON web token", "eyj", _START + r"eyJ[\w-]{4,}\.[\w-]{4,}(?:\.[\w-]*){0,3}|" + _START + r"eyJ[\w-]{90,}"),
    ("JSON web token", "ewog", _START + r"ewog[\w-]{8,}\.[\w-]{4,}\.[\w-]{4,}"),
    ("client secret of Entra ID", "q~", r"(?<![\w~.-])[\w~.-]{3}[0-9]Q~[\w~.-]{31,34}"),
    ("token of Terraform Cloud", "atlasv1", _START + r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,}"),
    ("Asana token", "1/", _START + r"1/[0-9]{10,17}(?:/[0-9]{10,17})?:[0-9a-f]{32}"),
    ("Telegram bot", ":a", r"(?:(?<![A-Za-z0-9])|(?<=bot))[0-9]{7,12}:A[\w-]{32,35}"),
    ("Facebook token", "|", _START + r"[0-9]{15,16}\|[\w-]{27,40}"),
    ("Mailchimp key", "-us", _START + r"[0-9a-f]{32}-us[0-9]{1,2}" + _END),
    ("MaxMind key", "_mmk", _START + r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
    ("New Relic key", "ffffnral", _START + r"[0-9a-fx]{32,42}FFFFNRAL"),
    ("New Relic key", "-nrma", _START + r"[0-9a-fA-Fx]{32,42}-NRMA"),
    ("Firebase key", "aaaa", _START + r"AAAA[\w-]{7}:[\w-]{100,}"),
    ("Zoho token", "1000.", _START + r"1000\.[0-9a-f]{32}\.[0-9a-f]{32}"),
    ("DeepL key", ":fx", _START + r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}:fx"),
    ("Braintree token", "$production$", r"access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}"),
    ("password hash", "$", r"\$(?:1|5|6|2[abxy]?|apr1|y|7|argon2(?:id|i|d)|scrypt|pbkdf2(?:-sha\d{1,3})?|sha1|md5)"
     r"\$[\w./$,=+-]{20,}"),
    ("password hash", "$", r"(?:pbkdf2_sha(?:1|256|512)|argon2|bcrypt_sha256|scrypt)\$[\w./$,=+-]{20,}"),
    ("password hash", "{s", r"\{S?SHA(?:256|512)?\}[A-Za-z0-9+/]{20,}=*"),
    ("Slack webhook", "hooks.slack", r"(?i)hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/([^\s\"'<>]+)"),
    ("Teams webhook", "webhook",
     r"(?i)(?:webhook\.office\.com/webhookb2|outlook\.office(?:365)?\.com/webhook)/([^\s\"'<>]+)"),
    ("Discord webhook", "/webhooks/", r"(?i)discord(?:app)?\.com/api(?:/v\d{1,2})?/webhooks/([^\s\"'<>]+)"),
    ("Zapier webhook", "hooks.zapier", r"(?i)hooks\.zapier\.com/hooks/catch/([^\s\"'<>]+)"),
    ("webhook", "hook.", r"(?i)hook\.(?:[a-z0-9]{1,8}\.)?(?:make|integromat)\.com/([^\s\"'<>]+)"),
    ("webhook", ".tines.com/", r"(?i)\.tines\.com/webhook/([^\s\"'<>]+)"),
    ("webhook", "powerautomate", r"(?i)/workflows/[0-9a-f]{32}/triggers/[^\s\"'<>?]{1,200}\?([^\s\"'<>]+)"),
    ("IFTTT key", "ifttt", r"(?i)maker\.ifttt\.com/trigger/[^\s/]{1,100}/(?:json/)?with/key/([^\s\"'<>]+)"),
    ("Opsgenie or Pager key", "integration/", r"(?i)events\.pagerduty\.com/integration/([^\s\"'<>/]+)"),
    *(("password file of PostgreSQL", port, r"(?m)^[\w.*-]+:(?:\d{4,5}|\*):[\w*.-]+:[\w*.@-]+:([^\s:]+)$")
      for port in (":5432:", ":5433:", ":*:")),
    ("key of Weights & Biases", "wandb.login", r"wandb\.login\([^()\n]{0,100}?key\s?=\s?[\"']([^\"'\n]+)"),
    ("key of Weights & Biases", "netrc", r"netrc file:? ?\S{0,60} ([0-9a-f]{40})"),
    ("Sentry key", "sentry", r"(?i)://([0-9a-f]{32})(?::[0-9a-f]{32})?@[\w.]{0,80}sentry"),
    ("credentials", "bearer", rf"(?i:(?<![A-Za-z0-9])bearer\s{{1,40}}){_CREDENTIALS}"),
    ("credentials", "basic", rf"(?i:(?<![A-Za-z0-9])basic\s{{1,40}}){_CREDENTIALS}"),
    ("1Password key", "a3-", _START + r"A3-[A-Z0-9]{6}-[A-Z0-9]{6,11}-[A-Z0-9-]{15,}"),
)]
_WORDS = re.compile(any_of(word for _, word, _ in _RULES))
_CREDENTIALS_START = re.compile(r"\S+\s+")


def find(text: str) -> Iterator[Place]:
    """Every token that one of the rules knows."""
    lower = text.lower()
    if not _WORDS.search(lower):
        return
    for rule, word, pattern in _RULES:
        if word in lower:
            for found in pattern.finditer(text):
                yield _place(rule, found)


def _place(rule: str, found: re.Match[str]) -> Place:
    start, end = found.span(1) if found.re.groups else found.span()
    if rule == "credentials":
        word = _CREDENTIALS_START.match(found[0])
        start += word.end() if word else 0
    return Place(start, end, "formats", rule)
