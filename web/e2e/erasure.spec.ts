/** A pupil asks, is erased for good, and no byte of it is left on the box. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Download, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { Pupil } from './support/pupil';
import { openSchool } from './support/school';

const NAME = 'Ineza Ntwarimitsi';
const SECRET = 'inka ebyiri mu rwuri';
const QUESTION = 'Why do the leaves that my goat Kamatari eats look green?';
const ANSWER_MS = 170_000;

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

/** Files of the data folder in which a text is, in any case; `zip` files hold packed bytes. */
function filesWith(text: string): string[] {
	const wanted = text.toLowerCase();
	const names = readdirSync(box.data, { recursive: true, withFileTypes: true });
	return names
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((path) => readFileSync(path).toString('utf8').toLowerCase().includes(wanted));
}

async function saved(page: Page, press: () => Promise<void>): Promise<Buffer> {
	const waiting = page.waitForEvent('download');
	await press();
	const download: Download = await waiting;
	expect(await download.failure()).toBeNull();
	return readFileSync(await download.path());
}

test('a pupil is erased and gone from lists, search, files and databases', async ({ page }) => {
	test.setTimeout(9 * 60_000);
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	const school = await openSchool(page, box, ['photosynthesis.pdf']);
	const pupil = {
		name: NAME,
		username: 'inezantwari',
		role: 'learner',
		age: '16_or_over',
		language: 'en',
	};
	const added = await school.post('/users', { ...pupil, password: SECRET });
	expect(added.status()).toBe(201);

	await test.step('the pupil asks', async () => {
		const who = { username: 'inezantwari', password: SECRET };
		const line = await Pupil.arrive(box, school.tutor, who);
		const heard = await line.ask(QUESTION, ANSWER_MS);
		expect(heard.message.text).not.toBe('');
		line.leave();
		// The proof that looking for bytes finds some.
		expect(filesWith('Kamatari').length).toBeGreaterThan(0);
		expect(filesWith('Ntwarimitsi').length).toBeGreaterThan(0);
	});

	await test.step('everybody saves the own data', async () => {
		await page.goto(`${box.url}/me`);
		const link = page.getByRole('link', { name: 'Save my data' });
		await expect(link).toBeVisible();
		await checkPage(page, 'the own page');
		const archive = await saved(page, () => link.click());
		expect(archive.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
		expect(archive.includes('account.json')).toBe(true);
		expect(archive.includes('messages.csv')).toBe(true);
	});

	await test.step('the administrator saves what there is of the pupil', async () => {
		await page.goto(`${box.url}/school`);
		await expect(page.getByText(NAME)).toBeVisible();
		const archive = await saved(page, async () => {
			await page.getByRole('button', { name: `Actions for ${NAME}` }).click();
			await page.getByRole('menuitem', { name: 'Save the person’s data' }).click();
		});
		expect(archive.includes('README.txt')).toBe(true);
	});

	await test.step('the administrator erases the pupil', async () => {
		await page.getByRole('button', { name: `Actions for ${NAME}` }).click();
		await page.getByRole('menuitem', { name: 'Erase for good…' }).click();
		const dialog = page.getByRole('dialog');
		await expect(dialog.getByText('1 chat with tutors')).toBeVisible();
		await expect(dialog.getByText('1 question')).toBeVisible();
		await checkPage(page, 'erasing somebody');
		const name = dialog.getByLabel(`To be sure, type the name: ${NAME}`);
		await name.fill('Ineza');
		await page.keyboard.press('Enter');
		await expect(dialog.getByText('This is not the name.')).toBeVisible();
		await name.fill('ineza ntwarimitsi');
		await dialog.getByRole('button', { name: 'Erase for good' }).click();
		await expect(dialog.getByText('Nothing of this person is left on the box.')).toBeVisible({
			timeout: 60_000,
		});
		await checkPage(page, 'somebody was erased');
		await dialog.getByRole('button', { name: 'Close' }).last().click();
		await expect(page.getByText(NAME)).toHaveCount(0);
	});

	await test.step('nothing is left', async () => {
		await page.reload();
		await expect(page.getByRole('heading', { name: 'Classes' })).toBeVisible();
		await expect(page.getByText(NAME)).toHaveCount(0);
		await page.goto(`${box.url}/answers`);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await expect(page.getByText('No answers to check')).toBeVisible();
		await page.goto(`${box.url}/school/trash`);
		await expect(page.getByText(NAME)).toHaveCount(0);
		for (const text of ['Ntwarimitsi', 'Kamatari', 'inezantwari']) {
			expect(filesWith(text), text).toEqual([]);
		}
		await page.goto(`${box.url}/school/audit`);
		await expect(page.getByText('Keza erased somebody for good.')).toBeVisible();
	});

	await test.step('nor after a start', async () => {
		await box.cutPower();
		await box.again();
		for (const text of ['Ntwarimitsi', 'Kamatari', 'inezantwari']) {
			expect(filesWith(text), text).toEqual([]);
		}
	});
	expect(faults).toEqual([]);
});
