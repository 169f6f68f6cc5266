/*
 * Microsoft's own parser, semantic checker and analyzers over any number of queries, in one process. Every line of
 * stdin is a request, and has a line of stdout as its answer:
 *
 * stdin:  {"databases": {database: {table: {column: type}}},
 *          "queries": [{"name": …, "database": …, "text": …}]}
 * stdout: {"verdicts": [{"name": …,
 *           "diagnostics": [{"line": 1, "column": 1, "severity": …, "code": …, "message": …}],
 *           "columns": [{"name": …, "type": …}]}]}, or {"error": …}
 *
 * Lines and columns count from 1. Columns are those of the query's result, empty where it has none.
 */
'use strict';
const readline = require('readline');
require('@kusto/language-service-next/bridge.min.js');  // the runtime: it puts its names into the global scope
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const { GlobalState, KustoCode, Editor, Symbols } = globalThis.Kusto.Language;

function toArray(list) {
  return list ? Array.from({ length: list.Count }, (_, index) => list.getItem(index)) : [];
}

function tableSymbol([name, columns]) {
  const schema = Object.entries(columns).map(([column, type]) => `${column}: ${type}`).join(', ');
  return new Symbols.TableSymbol.$ctor7(name, `(${schema})`, null);
}

function globalsOf(tables) {
  const database = new Symbols.DatabaseSymbol.ctor('telemetry', Object.entries(tables).map(tableSymbol));
  const cluster = new Symbols.ClusterSymbol.ctor('local', [database]);
  return GlobalState.Default.WithCluster(cluster).WithDatabase(database);
}

function diagnosticOf(code, found) {
  const line = { v: 0 }, column = { v: 0 };
  code.TryGetLineAndOffset(found.Start, line, column);
  return {
    line: line.v, column: column.v, severity: found.Severity, code: found.Code, message: found.Message,
  };
}

function check({ name, text }, globals) {
  const code = KustoCode.ParseAndAnalyze(text, globals);
  const service = new Editor.KustoCodeService.ctor(code);
  const found = [...toArray(service.GetDiagnostics(true)), ...toArray(service.GetAnalyzerDiagnostics(true))];
  return {
    name,
    diagnostics: found.map((one) => diagnosticOf(code, one)),
    columns: toArray(code.ResultType && code.ResultType.Columns)
      .map((column) => ({ name: column.Name, type: column.Type.Name })),
  };
}

function answer({ databases, queries }) {
  const globals = new Map(Object.entries(databases).map(([name, tables]) => [name, globalsOf(tables)]));
  return queries.map((query) => {
    if (!globals.has(query.database)) throw new Error(`no database ${query.database} for the query ${query.name}`);
    return check(query, globals.get(query.database));
  });
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  let found;
  try {
    found = { verdicts: answer(JSON.parse(line)) };
  } catch (error) {  // uncaught, it would print a line of the parser's source: four megabytes
    found = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(found)}\n`);
});
