/** The administrator sees who did what, finds it again, and saves it. */

import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { openSchool } from './support/school';

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

const SECRET = 'imbuto zera vuba cyane';

test('what the staff did is listed, filtered and saved', async ({ page, browser }) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	const { post } = await openSchool(page, box, []);
	const add = async (name: string, role: string) => {
		const username = name.toLowerCase();
		const person = { name, username, password: SECRET, role, language: 'en' };
		const added = await post('/users', person);
		expect(added.status()).toBe(201);
		return ((await added.json()) as { id: string }).id;
	};
	const pupils = [];
	for (const name of ['Uwase', 'Gasore', 'Ineza']) pupils.push(await add(name, 'learner'));
	await add('Mugabo', 'teacher');
	const made = await post('/classes', { name: 'P5 A' });
	const { id } = (await made.json()) as { id: string };
	const members = await page.request.patch(`${box.url}/api/v1/classes/${id}/members`, {
		data: { add: pupils },
		headers: { origin: box.url },
	});
	expect(members.ok()).toBe(true);

	await test.step('read it', async () => {
		await page.goto(`${box.url}/school`);
		await page.getByRole('link', { name: 'Log', exact: true }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Log');
		await expect(page.getByText('Keza made the class P5 A.')).toBeVisible();
		await expect(page.getByText('Keza added Mugabo (Teacher).')).toBeVisible();
		await expect(page.getByText('Keza set up the school GS Kimironko.')).toBeVisible();
		await expect(
			page.getByText(/^Checked: \d+ entries, all as they were written\.$/),
		).toBeVisible();
		await checkPage(page, 'the log');
		// What was done in one go is one row that opens, also by the keyboard.
		const more = page.getByText('and 2 more like it');
		await expect(page.getByText('Keza put Uwase into the class P5 A.')).toBeHidden();
		await more.focus();
		await page.keyboard.press('Enter');
		await expect(page.getByText('Keza put Uwase into the class P5 A.')).toBeVisible();
		await checkPage(page, 'the log with a row opened');
	});

	await test.step('find what was done to somebody', async () => {
		await page.goto(`${box.url}/school`);
		await page.getByRole('button', { name: 'Actions for Gasore' }).click();
		await page.getByRole('menuitem', { name: 'In the log' }).click();
		await expect(page.getByText('Keza added Gasore (Learner).')).toBeVisible();
		await expect(page.getByLabel('Person', { exact: true }).locator('option:checked')).toHaveText(
			'Gasore',
		);
		await expect(page.getByText('Keza made the class P5 A.')).toHaveCount(0);
		await page.getByLabel('What', { exact: true }).selectOption({ label: 'Lessons' });
		await expect(page.getByText('Nothing in the log fits.')).toBeVisible();
		await checkPage(page, 'nothing in the log fits');
		await page.getByLabel('Person', { exact: true }).selectOption({ label: 'Everybody' });
		await page.getByLabel('What', { exact: true }).selectOption({ label: 'Everything' });
		await page.getByLabel('To', { exact: true }).fill('2020-01-01');
		await page.getByLabel('To', { exact: true }).blur();
		await expect(page.getByText('Nothing in the log fits.')).toBeVisible();
		await page.getByLabel('To', { exact: true }).fill('');
		await page.getByLabel('To', { exact: true }).blur();
		await expect(page.getByText('Keza made the class P5 A.')).toBeVisible();
	});

	await test.step('save it', async () => {
		const loading = page.waitForEvent('download');
		await page.getByRole('link', { name: 'Save as a table (CSV)' }).click();
		const saved = await loading;
		expect(saved.suggestedFilename()).toBe('audit.csv');
		const table = readFileSync(await saved.path(), 'utf8');
		expect(table).toContain('class_made');
		expect(table).not.toContain(SECRET);
		await page.reload();
		await expect(page.getByText('Keza saved this log.')).toBeVisible();
	});

	await test.step('in another language', async () => {
		await page.setViewportSize({ width: 360, height: 640 });
		await page.evaluate(() => localStorage.setItem('bwenge.language', 'rw'));
		await page.reload();
		await expect(page.getByText('Keza yashyizeho ishuri P5 A.')).toBeVisible();
		await checkPage(page, 'the log in Kinyarwanda');
	});

	await test.step('not for teachers', async () => {
		const context = await browser.newContext({ locale: 'en-GB' });
		const other = await context.newPage();
		const signedIn = await other.request.post(`${box.url}/api/v1/auth/login`, {
			data: { username: 'mugabo', password: SECRET },
			headers: { origin: box.url },
		});
		expect(signedIn.ok()).toBe(true);
		await other.goto(`${box.url}/school`);
		// The page is there; what is not on it is not still to come.
		await expect(other.getByRole('link', { name: 'From a list' })).toBeVisible();
		await expect(other.getByRole('link', { name: 'Log', exact: true })).toHaveCount(0);
		await other.goto(`${box.url}/school/audit`);
		await expect(other.getByText('This page is for other roles in your school.')).toBeVisible();
		await expect(other.getByText('Keza made the class P5 A.')).toHaveCount(0);
		await expect(other.getByRole('heading', { level: 1 })).not.toHaveText('Log');
		await context.close();
	});

	expect(faults).toEqual([]);
});
