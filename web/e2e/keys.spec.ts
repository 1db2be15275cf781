/** An administrator makes a key, a program uses it, and revoking it counts at once. */

import { expect, test } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

test('a key is shown once, opens the models, and is revoked', async ({ page, playwright }) => {
	const school = {
		school_name: 'GS Kimironko',
		school_kind: 'primary',
		language: 'en',
		admin_name: 'Keza',
		username: 'keza',
		password: 'inzu ikawa umusozi kare',
		sample: false,
	};
	const made = await page.request.post(`${box.url}/api/v1/setup`, {
		data: school,
		headers: { origin: box.url },
	});
	expect(made.status()).toBe(201);

	await page.goto(`${box.url}/school`);
	await expect(page.getByText('No program has a key yet.')).toBeVisible();
	await page.getByRole('button', { name: 'Make a key' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('button', { name: 'Make a key' }).click();
	await expect(dialog.getByText('Write what the key is for.')).toBeVisible();
	await dialog.getByLabel('What is it for?').fill('Homework club');
	await checkPage(page, 'a key to make');
	await dialog.getByRole('button', { name: 'Make a key' }).click();
	const secret = await dialog.getByLabel('The key').inputValue();
	expect(secret).toMatch(/^bwk_[\w-]{43}$/);
	await checkPage(page, 'a key just made');
	await dialog.getByRole('button', { name: 'Close' }).last().click();
	await expect(page.getByText('never used')).toBeVisible();
	await expect(page.getByText(secret)).toHaveCount(0);

	const program = await playwright.request.newContext({
		extraHTTPHeaders: { authorization: `Bearer ${secret}` },
	});
	const models = await program.get(`${box.url}/v1/models`);
	expect(models.status()).toBe(200);
	await page.reload();
	await expect(page.getByText('never used')).toHaveCount(0);
	await checkPage(page, 'the keys of a school');

	await page.getByRole('button', { name: 'Actions for Homework club' }).click();
	await page.getByRole('menuitem', { name: 'Revoke' }).click();
	await dialog.getByRole('button', { name: 'Revoke' }).click();
	await expect(page.getByText('No program has a key yet.')).toBeVisible();
	expect((await program.get(`${box.url}/v1/models`)).status()).toBe(401);
	await program.dispose();
});
