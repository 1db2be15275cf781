/** Thirty pupils come from a spreadsheet, three of its rows are wrong, and they get cards. */

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

const FAMILIES = ['Uwase', 'Gasore', 'Mugabo', 'Keza', 'Ineza', 'Shema'];
const GIVEN = ['Marie', 'Jean', 'Aline', 'Eric', 'Josée'];

/** As a spreadsheet in French saves it: semicolons, Windows-1252, a title and an empty line. */
function spreadsheet(): Buffer {
	const names = FAMILIES.flatMap((family) => GIVEN.map((given) => `${family};${given}`));
	const rows = names.map((name, n) => `${n + 1};${name};P5 ${n < 15 ? 'A' : 'B'};élève`);
	rows.splice(4, 0, '31;;;P5 A;élève');
	rows.splice(9, 0, '32;Nkusi;Paul;P5 B;patron');
	rows.push('33;Uwase;Marie;P5 A;élève');
	const text = `GS Kimironko;;;;\r\n\r\nN°;Nom;Prénom;Classe;Fonction\r\n${rows.join('\r\n')}\r\n`;
	return Buffer.from(text, 'latin1');
}

test('thirty pupils come from a list, and its three wrong rows are explained', async ({ page }) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	await openSchool(page, box, []);

	await test.step('see what the list would do', async () => {
		await page.goto(`${box.url}/school`);
		await page.getByRole('link', { name: 'From a list' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('People from a list');
		await checkPage(page, 'a list to choose');
		const choose = page.getByLabel('Choose a file');
		await choose.setInputFiles({
			name: 'notes.csv',
			mimeType: 'text/csv',
			buffer: Buffer.from('a,b\n1,2\n'),
		});
		await expect(page.getByText('No column of the list holds names.')).toBeVisible();
		await choose.setInputFiles({
			name: 'P5.csv',
			mimeType: 'text/csv',
			buffer: spreadsheet(),
		});
		await expect(page.getByText('3 rows are wrong and are left out.')).toBeVisible();
		await expect(page.getByRole('heading', { name: 'P5.csv' })).toBeFocused();
		await expect(page.getByText('2 new classes: P5 A, P5 B')).toBeVisible();
		await expect(page.getByText('Column not read: N°')).toBeVisible();
		await expect(page.getByText('The name is missing.')).toBeVisible();
		await expect(page.getByText('“patron” is not a role.')).toBeVisible();
		await expect(page.getByText('The same person is in row 4 already.')).toBeVisible();
		await checkPage(page, 'wrong rows of a list');
		await page.getByRole('tab', { name: 'New (30)' }).click();
		await expect(page.getByText('uwase.marie')).toBeVisible();
		await expect(page.getByRole('listitem').filter({ hasText: 'Row' })).toHaveCount(30);
		await checkPage(page, 'new rows of a list');
	});

	await test.step('a reload keeps it, and then it is done', async () => {
		await page.reload();
		await page.getByRole('button', { name: 'Do it for 30 people' }).click();
		await expect(page.getByRole('heading', { name: 'The list was carried out' })).toBeFocused();
		await checkPage(page, 'a list that was carried out');
	});

	await test.step('the classes are there, with cards for all', async () => {
		await page.getByRole('link', { name: 'School' }).last().click();
		await page.getByRole('link', { name: /P5 A/ }).click();
		await expect(page.getByText('Gasore Josée')).toBeVisible();
		await page.getByRole('button', { name: 'More about signing in' }).click();
		await page.getByRole('menuitem', { name: 'Print cards' }).click();
		await page.getByLabel('What is on the cards').selectOption({ label: 'Four digits' });
		await page.getByRole('button', { name: 'Make 15 new cards' }).click();
		await expect(page.getByText('Uwase Josée')).toBeVisible();
		page.once('dialog', (dialog) => void dialog.accept());
	});

	await test.step('everybody comes out as a list that changes nothing', async () => {
		await page.goto(`${box.url}/school/list`);
		await page
			.getByRole('button', { name: 'Choose another file' })
			.or(page.getByText('Choose a file'))
			.first()
			.waitFor();
		const download = page.waitForEvent('download');
		await page.getByRole('link', { name: 'As a table (CSV)' }).click();
		const file = await (await download).path();
		await page.getByLabel('Choose a file').setInputFiles(file);
		await expect(page.getByRole('tab', { name: 'As they are (31)' })).toBeVisible();
		await expect(page.getByText('There is nothing to do.')).toBeVisible();
		await checkPage(page, 'a list that changes nothing');
	});

	await test.step('a list that closes an account says so', async () => {
		await page.getByRole('button', { name: 'Choose another file' }).click();
		await expect(page.getByRole('heading', { name: 'Choose a file' })).toBeFocused();
		await page.getByLabel('Choose a file').setInputFiles({
			name: 'gone.csv',
			mimeType: 'text/csv',
			buffer: Buffer.from('Name,Username,Active\nUwase Marie,uwase.marie,no\n'),
		});
		await expect(page.getByText('uwase.marie · closes the account')).toBeVisible();
	});

	expect(faults).toEqual([]);
});
