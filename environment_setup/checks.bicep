// What a parameter has to be, where its type cannot say so.

var letters = 'abcdefghijklmnopqrstuvwxyz'
var digits = '0123456789'

func has(characters string, character string) bool => contains(characters, toLower(character))

@export()
func hasOnlyLettersAndDigits(text string) bool =>
  empty(filter(range(0, length(text)), i => !has('${letters}${digits}', substring(text, i, 1))))

@export()
func beginsWithLetter(text string) bool => has(letters, substring(text, 0, 1))

@export()
func isWorkspaceId(id string) bool =>
  length(split(id, '/')) == 9 && contains(toLower(id), '/providers/microsoft.machinelearningservices/workspaces/')
