"""Commands that take a secret in a short option or as a word: data, from their manuals.

`OPTIONS`: commands, then the options whose next word is secret. `-p*` may have it glued to it too, `-p=` has it only
so; of `-u:` it is what stands behind the colon (user:password), of `-U%` behind the percent sign, of `-u,` the comma,
of `-b&` the equals sign (a cookie);
`@/` and `@:` are words such as user/password@host without an option. `-p+` is a password where the command logs in,
and else a port or a project.
`WORDS`: words of the command line, in order, before the word that is secret; what ends with `*` begins a word.
"""

# Commands that take a value with one of `VALUES`.
VAULTS = "az aws gh gcloud databricks doppler infisical chamber kubectl vault vercel fly flyctl heroku".split()
OPTIONS = """
az | -p --password --account-key --sas-token -k --key-value
curl | -b& --cookie& -u: --user: -U: --proxy-user: --oauth2-bearer --pass -E: --cert: --proxy-pass --key-pass
wget | --password --http-password --ftp-password --proxy-password
http https xh | -a: --auth:
docker podman nerdctl helm | -p+ --password --creds:
buildah skopeo | -p --creds: --src-creds: --dest-creds:
crane oras | -p
mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlsh mysqlcheck mysqlslap mariadb mariadb-dump xtrabackup | -p=
mongo mongosh mongodump mongorestore mongoimport mongoexport mongostat mongofiles | -p
redis-cli redis-benchmark valkey-cli | -a --pass
sqlcmd bcp isql tsql osql fisql mssql-cli go-sqlcmd | -P*
sshpass | -p*
cqlsh beeline impala-shell hive snowsql | -p
influx | -p --password
clickhouse-client | --password
ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami | -w*
ldappasswd | -w* -s* -a*
smbclient rpcclient net winexe | -U% --password
smbmap crackmapexec netexec evil-winrm | -p
twine | -p*
poetry | -p
zip unzip zipcloak | -P*
7z 7za 7zz rar unrar | -p= -hp=
openssl | -k -K -passin -passout -pass -password
gpg gpg2 | --passphrase
keytool jarsigner | -storepass -keypass -srcstorepass -deststorepass
signtool certutil osslsigncode | /p -p -pass
apksigner | --ks-pass --key-pass
mosquitto_pub mosquitto_sub | -P*
lftp | -u,
ncftp ncftpput ncftpget | -p*
oc | -p --token
kubectl | --token --password
argocd | --password --auth-token
vault consul nomad | -token --token
rclone restic nats svn sqoop sqoop-import sqoop-export | --password
rabbitmqadmin cf | -p*
sendemail | -xp
swaks | -ap --auth-password
gh | -b --body
glab hub | -t --token
wandb | --key
databricks heroku dvc sonar-scanner | --token
cmdkey | /pass
schtasks | /rp /p
wmic runas winscp | /password
psexec | -p
useradd usermod | -p*
ipmitool | -P*
snmpwalk snmpget snmpset snmpbulkwalk | -A* -X*
xfreerdp wfreerdp | /p
rdesktop | -p*
pscp plink putty psftp | -pw
elasticsearch-users | -p
ssh-keygen | -N* -P*
nuget | -k --api-key -apikey
dotnet | -k --api-key
codecov | -t --token
redis-server | --requirepass --masterauth
sqlplus sqlldr impdp expdp rman | @/
snowsql bq | -p
sftp scp | @:
litecli pgcli mycli | -p*
mlflow | --password
"""
WORDS = """
wandb login
wandb login --relogin
wandb login --host *
wandb login --verify
kaggle config set -n key -v
snyk auth
snyk config set
poetry config http-basic.* *
poetry config pypi-token.*
huggingface-cli login
ngrok authtoken
ngrok config add-authtoken
vault login
comet login
doctl auth init -t
rabbitmqctl add_user *
rabbitmqctl change_password *
net user *
net use \\\\*
net use \\\\* /user*
net use * \\\\*
net use * \\\\* /user*
requirepass
masterauth
aws configure set aws_secret_access_key
aws configure set aws_session_token
aws configure set aws_access_key_id
gcloud config set *
pulumi config set --secret *
pulumi config set *
convertto-securestring
convertto-securestring -string
convertto-securestring -asplaintext
convertto-securestring -asplaintext -string
convertto-securestring -asplaintext -force
convertto-securestring -asplaintext -force -string
convertto-securestring -force -string
convertto-securestring -force -asplaintext
convertto-securestring -force -asplaintext -string
git config * *
mc alias set * * *
mc config host add * * *
htpasswd -b * *
htpasswd -bc * *
htpasswd -cb * *
htpasswd -bb * *
htpasswd -nb *
htpasswd -bn *
htpasswd -nbB *
dvc remote modify * password
dvc remote modify --local * password
"""


# Options whose word is secret where another word of the command says that a secret is meant.
VALUES = """--value --string-value --secret-string --secret-value --bytes-value --body -b -v --secret-key
    --set-value""".split()
MEANT = """secret secrets securestring put-secret create-secret secretsmanager keyvault kv set-secret""".split()


def read_options() -> dict[str, dict[str, str]]:
    """For each command its options, and for each of these what is written behind it in the table."""
    options: dict[str, dict[str, str]] = {}
    for line in OPTIONS.strip().split("\n"):
        commands, signs = line.split(" | ")
        for command in commands.split():
            options[command] = {sign.rstrip("*=:%,+&") if sign[0] != "@" else "@": sign[-1] for sign in signs.split()}
    return options


def read_words() -> dict[str, list[list[str]]]:
    """For each command, the words that can follow it before the secret one."""
    words: dict[str, list[list[str]]] = {}
    for line in WORDS.strip().split("\n"):
        command, *rest = line.split()
        words.setdefault(command, []).append(rest)
    return words
