/*
 * Microsoft's language service of Azure Pipelines over any number of files, in one process.
 *
 * stdin:  {"schema": …, "files": [{"name": …, "text": …}]}
 * stdout: [{"name": …, "diagnostics": [{"line": 1, "column": 1, "severity": …, "message": …}]}]
 *
 * Lines and columns count from 1.
 */
'use strict';
const fs = require('fs');
const { getLanguageService } = require('azure-pipelines-language-service');
const { parse } = require('azure-pipelines-language-service/lib/parser/yamlParser');
const { TextDocument } = require('vscode-languageserver-textdocument');

const SEVERITIES = { 1: 'Error', 2: 'Warning', 3: 'Information', 4: 'Hint' };
const SCHEMA = 'file:///schema.json';

console.log = () => {};  // the service tells there what it does

function diagnosticOf({ range, severity, message }) {
  return {
    line: range.start.line + 1, column: range.start.character + 1, severity: SEVERITIES[severity], message,
  };
}

async function answer({ schema, files }) {
  const paths = { resolveRelativePath: (path) => path };
  const service = getLanguageService(async () => structuredClone(schema), [], async () => SCHEMA, paths, Promise);
  return Promise.all(files.map(async ({ name, text }) => {
    const document = TextDocument.create(`file:///${name}`, 'azure-pipelines', 1, text);
    return { name, diagnostics: (await service.doValidation(document, parse(text))).map(diagnosticOf) };
  }));
}

answer(JSON.parse(fs.readFileSync(0, 'utf8')))
  .then((found) => process.stdout.write(JSON.stringify(found)))
  .catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 2;
  });
