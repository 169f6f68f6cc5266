// Talks to the service of this page: answers of queries, and nothing else.

let tellLack = () => {};

// Calls the listener with what an answer says that it lacks.
export function onLack(listener) {
  tellLack = listener;
}

export class QueryError extends Error {
  // `line` and `column` are the place of a mistake; after `wait` seconds another try may succeed.
  constructor({ message, line = null, column = null, wait = null }) {
    super(message);
    Object.assign(this, { line, column, wait });
  }
}

// A saved query, with values for those of the parameters that it has.
export function askSaved(name, parameters, signal) {
  return request(`/api/queries/${encodeURIComponent(name)}`, { parameters }, signal);
}

// The text of a saved query with such values in it.
export async function fillSaved(name, parameters) {
  return (await request(`/api/queries/${encodeURIComponent(name)}/text`, { parameters })).text;
}

// Any KQL.
export function ask(query) {
  return request("/api/query", { query });
}

export function listQueries() {
  return request("/api/queries");
}

// A number that changes when something was recorded.
export async function countRecords() {
  return (await request("/api/changes")).records;
}

// The rows of an answer as objects; times as milliseconds since 1970.
export function rowsOf({ columns, rows }) {
  return rows.map((row) => Object.fromEntries(columns.map(({ name, type }, index) => {
    const value = row[index];
    return [name, type === "datetime" && value !== null ? Date.parse(value) : value];
  })));
}

async function request(path, body, signal) {
  const options = body && {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal };
  const answer = await fetch(path, options);
  const found = await answer.json().catch(() => ({}));
  if (answer.ok && !found.error) {
    if (found.lacks) tellLack(found.lacks);
    return found;
  }
  throw new QueryError(found.error ?? { message: `the dashboard answered ${answer.status}` });
}
