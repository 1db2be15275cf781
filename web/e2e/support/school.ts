/** Opens a school through the API, where the set-up itself is not what is looked at. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type APIResponse, type Page } from '@playwright/test';
import type { Box } from './box';

const READY_MS = 4 * 60_000;

export interface School {
	/** Id of its tutor. */
	tutor: string;
	/** Sends something to the API as the administrator. */
	post: (path: string, data: object) => Promise<APIResponse>;
}

/** A school with these lessons, ready, and one tutor; its administrator is signed in on the page. */
export async function openSchool(page: Page, box: Box, lessons: string[]): Promise<School> {
	const headers = { origin: box.url };
	const api = `${box.url}/api/v1`;
	const post = (path: string, data: object) =>
		page.request.post(`${api}${path}`, { data, headers });
	const school = {
		school_name: 'GS Kimironko',
		school_kind: 'primary',
		language: 'en',
		admin_name: 'Keza',
		username: 'keza',
		password: 'inzu ikawa umusozi kare',
		sample: false,
	};
	expect((await post('/setup', school)).status()).toBe(201);
	const made = await post('/personas', { name: 'Mwarimu', language: 'en' });
	expect(made.status()).toBe(201);
	const { id: tutor } = (await made.json()) as { id: string };
	for (const name of lessons) {
		const file = fileURLToPath(
			new URL(`../../../tests/it/fixtures/lessons/${name}`, import.meta.url),
		);
		const lesson = { name, mimeType: 'application/octet-stream', buffer: readFileSync(file) };
		const sent = await page.request.post(`${api}/knowledge/upload`, {
			multipart: { file: lesson },
			headers,
		});
		expect(sent.status()).toBe(202);
		const { id } = (await sent.json()) as { id: string };
		const status = async () => {
			const read = await page.request.get(`${api}/knowledge/${id}`);
			return ((await read.json()) as { status: string }).status;
		};
		await expect.poll(status, { timeout: READY_MS }).toBe('ready');
	}
	return { tutor, post };
}
