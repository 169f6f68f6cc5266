// ESLint's recommended rules for the page of the dashboard, and for the two programs of the tests that run in Node.
// ESLint is 9, the last that runs on Node 18, which Debian 12 has.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/node_modules/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  { files: ["dashboard/static/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/**/*.js"], languageOptions: { globals: globals.node } },
  { files: ["tests/**/check.js"], languageOptions: { sourceType: "commonjs" } },
];
