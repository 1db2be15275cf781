// @vitest-environment node
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('schema.ts is what openapi.json of today makes', () => {
	// When this fails: `npm run schema`, then see what the type check says.
	const check = () =>
		execFileSync(process.execPath, ['scripts/schema.mjs', '--check'], { stdio: 'pipe' });
	expect(check).not.toThrow();
});
