import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROBLEM_CODES } from '$lib/api/problem';
import { DEGRADED_CODES, JOB_KINDS, FAILURE_CODES, WARNING_CODES } from './codes';
import { placeholders } from './format';
import { en } from './messages/en';
import { fr } from './messages/fr';
import { later as laterEn } from './messages/later/en';
import { later as laterFr } from './messages/later/fr';
import { later as laterRw } from './messages/later/rw';
import { later as laterSw } from './messages/later/sw';
import { rw } from './messages/rw';
import { sw } from './messages/sw';
import type { Plural } from './types';

type Loose = Record<string, string | Plural>;
const reference: Loose = { ...en, ...laterEn };
const languages: Record<string, Loose> = {
	rw: { ...rw, ...laterRw },
	en: reference,
	fr: { ...fr, ...laterFr },
	sw: { ...sw, ...laterSw },
};

function sources(folder: string): string[] {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		if (statSync(path).isDirectory()) return sources(path);
		return /\.(svelte|ts)$/.test(name) && !name.endsWith('.test.ts') ? [path] : [];
	});
}

const code = sources('src')
	.filter((path) => !path.includes('/i18n/messages/'))
	.map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** `t('key'` and ``t(`prefix.${…}``: the latter as a pattern with the varying part open. */
function usedKeys(): { path: string; pattern: RegExp; key: string }[] {
	return code.flatMap(({ path, text }) =>
		[...text.matchAll(/\bt\(\s*(?:'([^']+)'|`([^`]+)`)/g)].map((match) => {
			const key = match[1] ?? match[2] ?? '';
			const escaped = key
				.split(/\$\{[^}]+\}/)
				.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
				.join('[a-z0-9_]+');
			return { path, key, pattern: new RegExp(`^${escaped}$`) };
		}),
	);
}

describe.each(Object.entries(languages))('messages in %s', (_, messages) => {
	it('has exactly the keys of the reference', () => {
		expect(Object.keys(messages).sort()).toEqual(Object.keys(reference).sort());
	});

	it('uses the placeholders of the reference', () => {
		for (const [key, message] of Object.entries(messages)) {
			const original = reference[key];
			if (original === undefined) continue;
			expect(typeof message, key).toBe(typeof original);
			expect(placeholders(message), key).toEqual(placeholders(original));
		}
	});

	it('leaves nothing empty', () => {
		for (const [key, message] of Object.entries(messages)) {
			for (const text of typeof message === 'string' ? [message] : Object.values(message)) {
				expect(text.trim(), key).not.toBe('');
			}
		}
	});
});

describe('keys in the source', () => {
	it('are found by this test at all', () => {
		expect(usedKeys().length).toBeGreaterThan(200);
	});

	it('all exist', () => {
		const known = Object.keys(reference);
		const unknown = usedKeys().filter(({ pattern }) => !known.some((key) => pattern.test(key)));
		expect(unknown.map(({ path, key }) => `${path}: ${key}`)).toEqual([]);
	});

	it('are all used somewhere', () => {
		const patterns = usedKeys().map(({ pattern }) => pattern);
		// The navigation table names its keys as data.
		const all = code.map(({ text }) => text).join('\n');
		const idle = Object.keys(reference).filter(
			(key) => !patterns.some((pattern) => pattern.test(key)) && !all.includes(`'${key}'`),
		);
		expect(idle).toEqual([]);
	});
});

describe('codes', () => {
	it.each([
		['error', [...PROBLEM_CODES, 'offline']],
		['failure', FAILURE_CODES],
		['warning', WARNING_CODES],
		['degraded', DEGRADED_CODES],
		['job', JOB_KINDS],
	] as const)('of kind %s each have their words', (kind, list) => {
		const missing = list.filter((one) => !(`${kind}.${one}` in reference));
		expect(missing).toEqual([]);
	});
});
