// What a parameter has to be, where its type cannot say so.

var letters = 'abcdefghijklmnopqrstuvwxyz'
var digits = '0123456789'

func has(characters string, character string) bool => contains(characters, toLower(character))

@export()
func hasOnlyLettersAndDigits(text string) bool =>
  empty(filter(range(0, length(text)), i => !has('${letters}${digits}', substring(text, i, 1))))

@export()
func beginsWithLetter(text string) bool => has(letters, substring(text, 0, 1))

var secretEndings = ['PASSWORD', 'SECRET', 'KEY', 'TOKEN', 'HEADERS', 'CONNECTION_STRING', 'CONNECTIONSTRING']
var keyMarks = ['accountkey=', 'sharedaccesskey=', 'sharedaccesssignature=', '?sig=', '&sig=']

func namesSecret(name string) bool => !empty(filter(secretEndings, ending => endsWith(toUpper(name), ending)))

func holdsKey(value string) bool => !empty(filter(keyMarks, mark => contains(toLower(value), mark)))

@export()
@description('Whether the value of an app setting would be a secret that stands open: it is no Key Vault reference.')
func isOpenSecret(name string, value string) bool =>
  !empty(value) && !startsWith(value, '@Microsoft.KeyVault(') && (namesSecret(name) || holdsKey(value))

@export()
@description('Whether it is the resource id of something of that type, such as Microsoft.Insights/components.')
func isIdOf(type string, id string) bool =>
  length(split(id, '/')) == 9 && contains(toLower(id), '/providers/${toLower(type)}/')

@export()
func isWorkspaceId(id string) bool => isIdOf('Microsoft.MachineLearningServices/workspaces', id)
