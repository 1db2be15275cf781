/** A school of many: its people are found, and several are changed at once, on a phone. */

import { expect, test, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { openSchool } from './support/school';

const LEARNERS = 70;
/** Of them with a nought in the name. */
const TENS = 16;

let box: Box;

test.use({ viewport: { width: 390, height: 800 }, hasTouch: true });

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

/** Learners come by a list, as in any school of that size. */
async function bringIn(page: Page): Promise<void> {
	const rows = Array.from(
		{ length: LEARNERS },
		(_, n) => `Learner ${String(n + 1).padStart(2, '0')}`,
	);
	const headers = { origin: box.url, 'content-type': 'application/octet-stream' };
	const imports = `${box.url}/api/v1/users/imports`;
	const sent = await page.request.post(`${imports}?name=list.csv`, {
		headers,
		data: Buffer.from(['Name', ...rows, 'Élise Uwase'].join('\n')),
	});
	expect(sent.status()).toBe(201);
	const { import: plan } = (await sent.json()) as { import: { id: string } };
	await page.request.post(`${imports}/${plan.id}/start`, {
		headers: { origin: box.url },
		data: {},
	});
	const state = async () => {
		const read = await page.request.get(`${imports}/${plan.id}`);
		return ((await read.json()) as { import: { state: string } }).import.state;
	};
	await expect.poll(state, { timeout: 60_000 }).toBe('done');
}

test('people are searched, shown page by page, and changed together', async ({ page }) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	const school = await openSchool(page, box, []);
	await bringIn(page);
	expect((await school.post('/classes', { name: 'P5 A' })).status()).toBe(201);
	await page.goto(`${box.url}/school`);
	const learners = page.locator('section', {
		has: page.getByRole('heading', { level: 2, name: /^Learners/ }),
	});
	const rows = learners.getByRole('listitem');

	await test.step('the first page, then the rest', async () => {
		await expect(learners.getByRole('heading')).toHaveText(`Learners ${LEARNERS + 1}`);
		await expect(rows).toHaveCount(60);
		await checkPage(page, 'a school of many');
		await learners.getByRole('button', { name: 'More: Learners' }).click();
		await expect(rows).toHaveCount(LEARNERS + 1);
		await expect(learners.getByRole('button', { name: 'More: Learners' })).toHaveCount(0);
	});

	await test.step('a name without its accent, in any order', async () => {
		await page.getByLabel('Find a person').fill('uwase eli');
		await expect(rows).toHaveCount(1);
		await expect(rows.first()).toContainText('Élise Uwase');
		await page.getByLabel('Find a person').fill('nobody at all');
		await expect(page.getByText('Nobody of that name.')).toBeVisible();
		await expect(rows).toHaveCount(0);
		await checkPage(page, 'nobody found');
		await page.getByLabel('Find a person').fill('');
		await expect(rows).toHaveCount(60);
	});

	await test.step('several are put into a class', async () => {
		await page.getByRole('button', { name: 'Choose several' }).click();
		for (const name of ['Learner 01', 'Learner 02']) {
			await page.getByRole('checkbox', { name }).check();
		}
		// Who is ticked stays so while others are looked for.
		await page.getByLabel('Find a person').fill('elise');
		await expect(rows).toHaveCount(1);
		await page.getByRole('checkbox', { name: 'Élise Uwase' }).check();
		await expect(page.getByText('3 people ticked')).toBeVisible();
		await checkPage(page, 'several ticked');
		await page.getByRole('button', { name: 'Put into a class' }).click();
		const dialog = page.getByRole('dialog');
		await expect(dialog.getByLabel('Class')).toHaveValue(/.+/);
		await checkPage(page, 'a class for several');
		await dialog.getByRole('button', { name: 'Add 3 people' }).click();
		await expect(page.getByText('3 people are in the class.')).toBeVisible();
		await expect(page.getByText('3 people ticked')).toHaveCount(0);
	});

	await test.step('undoing leaves those as they were who were so before', async () => {
		await page.getByLabel('Find a person').fill('learner 0');
		await expect(rows).toHaveCount(TENS);
		// Learner 01 is in the class already, and Learner 04 is closed already.
		for (const name of ['Learner 01', 'Learner 03']) {
			await page.getByRole('checkbox', { name }).check();
		}
		await page.getByRole('button', { name: 'Put into a class' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Add 2 people' }).click();
		await expect(page.getByText('Learner 03 is in the class.')).toBeVisible();
		await page.getByRole('button', { name: 'Undo' }).last().click();
		await expect(page.getByText('Learner 03 is not in the class any more.')).toBeVisible();
		const read = await page.request.get(`${box.url}/api/v1/classes`);
		const { classes } = (await read.json()) as { classes: { learners: number }[] };
		expect(classes[0]?.learners).toBe(3);

		await page.getByRole('checkbox', { name: 'Learner 04' }).check();
		await page.getByRole('button', { name: 'Close the accounts' }).click();
		await expect(rows.getByText('Closed')).toHaveCount(1);
		await page.getByRole('checkbox', { name: 'Learner 05' }).check();
		await page.getByRole('button', { name: 'Close the accounts' }).click();
		await expect(rows.getByText('Closed')).toHaveCount(2);
		await page.getByRole('button', { name: 'Undo' }).last().click();
		await expect(rows.getByText('Closed')).toHaveCount(1);
		await page.getByRole('checkbox', { name: 'Learner 05' }).uncheck();
		await page.getByRole('button', { name: 'Open the accounts again' }).click();
		await expect(rows.getByText('Closed')).toHaveCount(0);
		await page.getByRole('checkbox', { name: 'Learner 04' }).uncheck();
	});

	await test.step('clearing the search with the keyboard keeps it in place', async () => {
		const find = page.getByLabel('Find a person');
		await find.fill('elise');
		await expect(rows).toHaveCount(1);
		for (let n = 0; n < 5; n++) await page.keyboard.press('Backspace');
		await expect(find).toBeFocused();
		await expect(rows).toHaveCount(60);
		await expect(find).toBeFocused();
	});

	await test.step('several are closed, then deleted, and both are undone', async () => {
		await page.getByLabel('Find a person').fill('learner 0');
		await expect(rows).toHaveCount(TENS);
		await page.getByRole('checkbox', { name: 'Tick all shown: Learners' }).check();
		await expect(page.getByText(`${TENS} people ticked`)).toBeVisible();
		await page.getByRole('button', { name: 'Close the accounts' }).click();
		await expect(page.getByText(`${TENS} people can no longer sign in.`)).toBeVisible();
		await expect(rows.getByText('Closed')).toHaveCount(TENS);
		await page.getByRole('button', { name: 'Undo' }).last().click();
		await expect(rows.getByText('Closed')).toHaveCount(0);
		await page.getByRole('button', { name: 'Delete', exact: true }).click();
		await expect(page.getByText(`${TENS} people are in the trash.`)).toBeVisible();
		await expect(rows).toHaveCount(0);
		await page.getByRole('button', { name: 'Undo' }).last().click();
		await expect(rows).toHaveCount(TENS);
		await page.getByRole('button', { name: 'Done' }).click();
		await expect(page.getByRole('button', { name: 'Actions for Learner 01' })).toBeVisible();
	});

	expect(faults).toEqual([]);
});
