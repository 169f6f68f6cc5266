"""How secrets look, whatever they are called: URLs that carry them, and the formats of well-known keys and tokens.

No text takes more than linear time: every pattern starts where a match can start only once in a run of characters, is
possessive, or is bounded. `HINT` is in every text that holds a secret, named ones included; most texts lack it.
"""
import re

HINT = re.compile(
    r"key|sig|pass|pwd|secret|token|cred|conn|sas|cookie|authori[zs]|assertion|code=|bearer|basic|parameters"
    r"|@|==|q~|eyj|-----begin|dapi|dkea|gh[pousr]_|github_pat|akia|asia|hf_|xox|hooks\.|[sr]k[-_]|aiza|glpat|npm_|pypi-"
    r"|sg\.")

IN_URL = r"(?:[^\s\"'<>\\]|\\++u0026)"  # JSON writers may escape the ampersand
URL = re.compile(rf"(?i)https?://{IN_URL}*+")
SIGNATURE = re.compile(r"(?i)(?:\b|%26|u0026)(?:sig|signature)(?:=|%3d)")
PARAMETER = re.compile(r"(?i)((?:[?&]|%26|u0026)(?:code|key|sig|(?:access_)?token|subscription-key|client_assertion|"
                       r"client_secret)(?:=|%3d))(?!&|%26)(?:(?!%26)[^\s\"'<>&#\\])+")

# What follows "Basic" or "Bearer" in a sentence is a word; credentials have digits, mixed case, padding, or are long.
_CREDENTIALS = r"(?=[\w.~+/-]*+=|[\w.~+/-]*?(?:[0-9]|[a-z][A-Z])|[\w.~+/-]{24})[\w.~+/-]{4,}+=*"

# Replaced as a whole, where no word goes on.
_FORMATS = re.compile(r"(?<![\w-])(?:" + "|".join((
    r"eyJ[\w-]{4,}+(?:\.[\w-]{4,}+)(?:\.[\w-]*+){0,3}",  # JSON web tokens
    r"(?<![_+/])[A-Za-z0-9+/]{86}==",  # keys of storage accounts
    r"[\w~.-]{3}[0-9]Q~[\w~.-]{31,34}",  # client secrets of Entra ID
    r"(?:dapi|dkea)[0-9a-f]{32}(?:-[0-9]+)?",  # Databricks
    r"gh[pousr]_\w{20,}+|github_pat_\w{20,}+",  # GitHub
    r"(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])",  # AWS
    r"hf_[A-Za-z0-9]{20,}+",  # Hugging Face
    r"xox[abeprs]-[\w-]{10,}+",  # Slack
    r"sk-(?=[\w-]*?[0-9])[\w-]{20,}+",  # OpenAI
    r"AIza[\w-]{30,}+",  # Google
    r"glpat-[\w.-]{16,}+",  # GitLab
    r"(?:npm_|pypi-)[\w-]{30,}+",  # package indexes
    r"SG\.[\w-]{10,}+\.[\w-]{10,}+",  # SendGrid
    r"[sr]k_(?:live|test)_\w{10,}+",  # Stripe
)) + ")")

REPLACEMENTS = (
    (PARAMETER, r"\1{}"),
    (re.compile(r"(?i)(?:\b|%26|u0026)(?:sig|SharedAccessSignature)(?:=|%3d)[^\s\"'<>;\\]+"), "{}"),
    (re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?"
                r"(?:-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)"), "{}"),
    # What stands before the @ of Azure's file systems is the container.
    (re.compile(r"(?<!abfss)(?<!wasbs)(?<!abfs)(?<!wasb)(://)(?!git@)[^\s/\"'<>\\]{1,500}@"), r"\1{}@"),
    (re.compile(r"(?i)(hooks\.slack\.com/(?:services|workflows)/)[^\s\"'<>\\]+"), r"\1{}"),
    (re.compile(rf"(?i:\b(bearer|basic))(\s++){_CREDENTIALS}"), r"\1\2{}"),
    (_FORMATS, "{}"),
)
