"""The words that names are made of, in the languages that names are written in: data of `names/grading.py`.

In lower case, without accents. Lists are texts of words, which is how they are read most easily.
"""

# Secret wherever they stand in a name, and as the end of a longer word (dbpassword) ...
PASSWORDS = """password passwords passwd passwds passphrase passphrases passcode passcodes pwd pwds pswd passwrd
    passwort passworter psswd passw psw
    pswrd kennwort kennworter losungswort contrasena contrasenas senha senhas palavrapasse motdepasse
    motsdepasse mdp wachtwoord wachtwoorden haslo hasla losenord adgangskode passord heslo jelszo salasana sifre
    sifresi parola parolele parol geslo lozinka slaptazodis parole salasona kataasandi matkhau пароль пароля паролем
    пароли секрет секретный ключ токен κωδικος κωδικός סיסמה סיסמא 密码 密碼 口令 パスワード 暗証番号 비밀번호 암호 密钥 密鑰 金鑰 令牌 トークン 토큰 秘密
    秘钥 シークレット 秘密鍵 暗号鍵 رمز المرور रहस्य पासवर्ड รหัสผ่าน""".split()
PHRASES = """mot de passe|mots de passe|palavra passe|palavra-passe|clave de acceso|clave secreta|clave privada
    |clave de api|clave api|cle d'api|cle api|cle secrete|cle privee|cle d'acces|cle de chiffrement|chiave api
    |chiave segreta|chiave privata|chiave di accesso|chave de api|chave api|chave secreta|chave privada
    |chave de acesso|llave secreta|llave privada|parola d'ordine|parola chiave|codice segreto|codigo secreto
    |identified by|code secret|mat khau|codigo de acceso|слово пароль|كلمة المرور|كلمة السر|рефреш токен|ключ доступа
    |ключ api|api ключ|api-schlussel|geheimer schlussel|privater schlussel"""
# ... and these, which are not glued to others.
ANYWHERE = "connectionstring connstring connstr privkey".split()

# Owners of keys: `storage key`, `storageKey`, `storagekey`.
KEY_OWNERS = """access account admin ai api app application auth authentication batch bot broker cert certificate
    client cognitive consumer cosmos crypto db decryption deploy device docdb encrypt encryption enc eventgrid
    eventhub function functions gateway github google graph hmac host hub instrumentation iot jwk jwt kms language
    license licence login luis maps master media messaging mongo notification oauth openai owner primary private
    project recovery redis registry relay root search secondary secret security server service servicebus session shared
    signalr signing sign signature speech sql ssh ssl storage subscription super supabase system tenant tls token
    translator user vault vision webhook workspace write""".split()
# Of a name that has one of these, a value that looks made by chance is the key for that service.
VENDORS = """jsessionid phpsessid adafruit adobe airtable algolia alibaba amplitude anthropic asana atlassian beamer
    bitbucket bittrex bugsnag checkly circleci clarifai clickup cloudflare cloudinary codacy codecov cohere coinbase
    confluence confluent contentful coralogix databricks datadog deepgram deepseek digitalocean discord docusign
    droneci dropbox elevenlabs etsy fastly figma finicity finnhub flickr freshbooks freshdesk gemini gitter gocardless
    grafana groq heroku honeycomb hubspot huggingface intercom ipinfo jfrog jira kaggle kraken kucoin langfuse
    langsmith launchdarkly linkedin logdna loggly logzio looker mailchimp mailgun mailjet mapbox mattermost meraki
    messagebird mistral mixpanel neptune netlify newrelic notion nytimes okta onesignal openai opsgenie optimizely
    pagerduty papertrail perplexity pinecone plaid postman privateai pusher rapidapi replicate rollbar segment
    sendbird sendgrid sentry shodan shopify slack snyk sonar sonarqube splunk squarespace stripe sumologic sumo
    telegram todoist trello travisci travis twilio twitch twitter typeform vercel virustotal wandb weaviate xray
    yandex zendesk zenrows""".split()
# Pairs of words that are secret together wherever they stand.
PAIRS = """connection string|connection strings|connection str|conn str|conn string|access signature|client assertion
    |identity header|seed phrase|recovery phrase|recovery code|recovery codes|backup code|backup codes|one time
    |pass word|pass phrase|pass code|pin code|mot passe|user pass|db pass|private exponent|secure string|secure object
    |verification code|security code|confirmation code|auth code|pin code"""

# Secret as the last words of a name: before others they are adjectives (secret_name, token_count).
LAST = """credential credentials cred creds pass sas sig authorization cookie cookies key keys pw auth sensitive jwt
    otp totp pin pat psk secret secrets secreto secretos segreto segredo geheimnis geheim token tokens jeton ficha
    zugriffstoken zugangstoken zugangsdaten anmeldedaten schlussel schluessel clave claves chiave chiavi chave chaves
    cle cles sleutel klucz nyckel nokkel avain kulcs klic anahtar llave mnemonic passe salt pincode bearer authtoken
    apitoken authkey""".split()
LAST_ENDINGS = ("secret", "secrets", "token", "tokens", "schlussel", "schluessel", "pw", "pass")
NO_SECRETS = frozenset("""compass bypass trespass surpass encompass overpass underpass highpass lowpass bandpass
    multipass singlepass firstpass npw""".split())
# Of these, a plain word or a number is the kind of thing, not the thing: `auth: basic`, `key: id`, `salt=10`.
WEAK = """auth sensitive pin jwt pat psk otp totp key keys salt bearer cle cles clave claves chiave chiavi chave
    chaves llave sleutel klucz nyckel nokkel avain kulcs klic anahtar ficha geheim schlussel schluessel passe
    tokens""".split()
# What may follow the secret word and says nothing about it.
QUALIFIERS = """value values val text txt string str plaintext plain prod production dev development test testing
    stage staging qa uat old new current previous base64 b64 encoded raw default live sandbox local main backup
    primary secondary env var input param parameter argument arg setting blue green a b c x y""".split()
# A name that ends with one of these is about the secret.
ABOUT = """name names type types kind dir directory path file files filename url urls uri uris endpoint id ids count
    counts length len limit limits size sizes index loss policy policies expiry expiration expires version versions
    rate rates ratio percent percentage algorithm alg algo column columns col cols field fields label labels attempt
    attempts retries retry required enabled disabled rotation age days day hours hour seconds sec minutes min max ms
    ttl timeout strength score regex pattern format scope scopes issuer audience status state date time created
    updated changed modified at on usage used budget cost price prompt hint reset resets total mean avg average std
    sum number num per error errors warning exception failure failures reference ref refs manager provider service
    store helper class method func function handler generator validator checker counter window mask ids2 embedding
    embeddings dim dims vocab position positions idx accuracy prob probs logits message description comment title
    stdin fd command help docs doc link thumbprint fingerprint hashalgorithm metric metrics vault vaults page
    pages form""".split()
# What stands before the word and makes it something else.
HARMLESS = {
    "key": """jira ticket issue sharding partitioning unexpected extra partition foreign sort public cache row column
        group join index range hash label object blob unique shard map dict lookup metric metrics config configuration
        business natural surrogate dedup dedupe duplicate feature features entity s3 composite candidate alternate
        merge match matching record event message routing idempotency idempotent order item product customer date time
        datetime day month year week region country city zone document doc node edge vertex asset tag property prop
        properties setting option param params parameter field attribute attr json yaml xml header query filter state
        sample image file path folder dataset table schema source target left right parent child first last next prev
        previous current old min max default any each every all same other missing unknown invalid sequence batch
        bucket segment result output input response memory text loss reward obs observation prng rng random attention
        arrow up down enter shift ctrl alt hot short major minor translation i18n locale manifest step run experiment
        pipeline checkpoint layer kv geo zip postal category class id name title distribution dist clustering cluster
        sorting grouping aggregation agg window topic stream shuffle bucketing lock redislock mutex job task trial
        metadata meta dictionary registry-path data-frame no the a an of by for with and or not is in to this that
        these wrong correct valid type value tensor weight weights state_dict model_state answer legend color colour
        sound music piano translation-unit primarykey pk conditional uniqueness distinct ordering rowkey hive bson
        mongo-object s3-object object-store storageobject versioned kafka record-set metricname dimension dim measure
        fact lake delta keyword best monitor sub search-term""".split(),
    "pass": """first second third forward backward single one two low high band tests test all multi per num n each
        every next last previous final warmup training eval check checks did does will must to render by boarding
        season bus ski shader compiler optimization analysis lint quality gate pre post full partial""".split(),
    "token": """pad eos bos mask unk sep cls max min num n total prompt completion input output special start end stop
        image cached generated next prev previous first last train training val valid validation eval unexpected per
        avg mean average new unknown begin audio video text word sub subword vocab context reasoning accepted rejected
        speculative draft consumed billed seen processed lora think thinking eot im fim bos_ sentence class cls_ patch
        register keep drop many few padding masked target source continuation sync pagination page skip cancellation
        cancel invalid lex lexer parser parse syntax number""".split(),
    "auth": "no without oauth oauth2 need needs require requires failed".split(),
    "sig": "stat p stats statistically".split(),
    "cookie": "no accept".split(),
    "secret": "no top open trade".split(),
    "salt": "sea table bath rock".split(),
    "pat": "cow".split(),
    "bearer": "token ring".split(),
}
