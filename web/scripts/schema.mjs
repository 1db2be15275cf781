/** Writes src/lib/api/schema.ts from the server's openapi.json, or with --check only compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const source = new URL('../../openapi.json', import.meta.url);
const target = new URL('../src/lib/api/schema.ts', import.meta.url);

const description = JSON.parse(readFileSync(source, 'utf8'));
const types = astToString(await openapiTS(description));
const text = `// Made from openapi.json by \`npm run schema\`. Do not edit.\n\n${types}`;

if (!process.argv.includes('--check')) {
	writeFileSync(target, text);
} else if (readFileSync(target, 'utf8') !== text) {
	console.error('src/lib/api/schema.ts is not what openapi.json makes: run npm run schema');
	process.exitCode = 1;
}
