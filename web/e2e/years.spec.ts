/** A year ends: classes go up, one change of mind undoes it, and the trash gives back. */

import { expect, test, type Browser } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { openSchool } from './support/school';

const SECRET = 'inka ebyiri mu rwuri';
const pupil = (name: string) => ({
	name,
	username: name.toLowerCase(),
	role: 'learner',
	language: 'en',
	password: SECRET,
});

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

test('a year rolls over and back, and what is deleted comes back', async ({ page, browser }) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	const school = await openSchool(page, box, []);
	const ids: Record<string, string> = {};
	for (const name of ['Gasore', 'Uwase', 'Ineza']) {
		const made = await school.post('/users', pupil(name));
		ids[name] = ((await made.json()) as { id: string }).id;
	}
	const made: Record<string, string> = {};
	for (const [name, people] of [
		['P5 A', ['Gasore', 'Uwase']],
		['P6 A', ['Ineza']],
		['Choir', []],
	] as const) {
		const added = await school.post('/classes', { name });
		made[name] = ((await added.json()) as { id: string }).id;
		const changed = await page.request.patch(`${box.url}/api/v1/classes/${made[name]}/members`, {
			data: { add: people.map((one) => ids[one]) },
			headers: { origin: box.url },
		});
		expect(changed.ok()).toBe(true);
	}

	await test.step('add a year', async () => {
		await page.goto(`${box.url}/school`);
		await page.getByRole('link', { name: 'Years and terms' }).click();
		await expect(page.getByText('No year or term yet')).toBeVisible();
		await checkPage(page, 'no year yet');
		const dialog = page.getByRole('dialog');
		for (const [name, first, last] of [
			['2025–26', '2025-09-08', '2026-06-26'],
			['2026–27', '2026-09-07', '2027-06-25'],
		] as const) {
			await page.getByRole('button', { name: 'Add a year or term' }).click();
			await dialog.getByLabel('Name').fill(name);
			await dialog.getByLabel('First day').fill(first);
			await dialog.getByRole('button', { name: 'Save' }).click();
			await expect(dialog.getByText('Choose a day.')).toBeVisible();
			await dialog.getByLabel('Last day').fill(last);
			await page.keyboard.press('Enter');
			await expect(page.getByText(`${name} was added.`)).toBeVisible();
		}
		await page.getByRole('button', { name: 'Add a year or term' }).click();
		await dialog.getByLabel('Name').fill('Half a year');
		await dialog.getByLabel('First day').fill('2027-06-25');
		await dialog.getByLabel('Last day').fill('2027-09-01');
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect(
			dialog.getByText('Some of these days belong to another year or term.'),
		).toBeVisible();
		await checkPage(page, 'a year in the days of another');
		await page.keyboard.press('Escape');
		await checkPage(page, 'years and terms');
	});

	await test.step('without the box there is nothing to decide, and a way to try again', async () => {
		await page.route('**/api/v1/rollovers', (route) =>
			route.request().method() === 'POST' ? route.fulfill({ status: 500 }) : route.fallback(),
		);
		await page.goto(`${box.url}/school/terms/next`);
		await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
		await expect(page.getByRole('button', { name: /^Move \d/ })).toHaveCount(0);
		await page.unroute('**/api/v1/rollovers');
		await page.getByRole('button', { name: 'Try again' }).click();
		await expect(page.getByLabel('What becomes of P5 A')).toHaveValue('promote');
		await page.getByRole('link', { name: 'Years and terms' }).click();
	});

	await test.step('look at what will happen, and mend it', async () => {
		await page.getByRole('link', { name: 'Move classes on' }).click();
		await expect(page.getByRole('radio', { name: /A new school year/ })).toBeChecked();
		await expect(page.getByLabel('What becomes of P5 A')).toHaveValue('promote');
		await expect(page.getByLabel('Its name then').nth(1)).toHaveValue('P6 A');
		// Into another term of a year, classes go on as they are.
		await page.getByRole('radio', { name: /The next term/ }).check();
		await expect(page.getByLabel('What becomes of Choir')).toHaveValue('promote');
		await expect(page.getByLabel('Its name then').nth(1)).toHaveValue('P5 A');
		await page.getByRole('radio', { name: /A new school year/ }).check();
		await expect(page.getByLabel('What becomes of Choir')).toHaveValue('copy');
		await page
			.getByLabel('What becomes of P6 A')
			.selectOption({ label: 'Starts again without learners' });
		await expect(page.getByText('Another class has this name or gets it.')).toHaveCount(2);
		const go = page.getByRole('button', { name: 'Move 3 classes into 2026–27' });
		await expect(go).toBeDisabled();
		await checkPage(page, 'two classes of one name');
		await page.getByLabel('What becomes of P6 A').selectOption({ label: 'Ends' });
		await expect(go).toBeEnabled();
		const five = page
			.locator('section')
			.filter({ has: page.getByRole('heading', { name: 'P5 A' }) });
		await five.getByText('Who goes along').click();
		await five.getByRole('checkbox', { name: 'Uwase' }).uncheck();
		await expect(five.getByText('1 learner · ')).toBeVisible();
		// Looking something up on another page loses nothing of it.
		await page.getByRole('link', { name: 'Years and terms' }).click();
		await page.getByRole('link', { name: 'Move classes on' }).click();
		await expect(page.getByLabel('What becomes of P6 A')).toHaveValue('end');
		await expect(five.getByText('1 learner · ')).toBeVisible();
		await page.getByText('2 learners will be in no class').click();
		await expect(page.getByRole('listitem').filter({ hasText: /^Ineza$/ })).toBeVisible();
		await checkPage(page, 'what will happen');
		await go.click();
		await expect(page.getByText('3 classes were moved into 2026–27.')).toBeVisible();
		await expect(page.getByRole('link', { name: /^P6 A/ }).first()).toBeVisible();
		await expect(page.getByText('3 classes that are over')).toBeVisible();
	});

	await test.step('undo it from the list', async () => {
		await page.goto(`${box.url}/school/terms`);
		await expect(page.getByText('3 classes into 2026–27, just now')).toBeVisible();
		await checkPage(page, 'a step that can be undone');
		await page.getByRole('button', { name: 'Undo 2026–27' }).click();
		await expect(page.getByText('The classes are as they were before.')).toBeVisible();
		await page.goto(`${box.url}/school`);
		await expect(page.getByRole('link', { name: /^P5 A/ })).toBeVisible();
		await expect(page.getByRole('link', { name: /^P6 A/ })).toHaveCount(1);
	});

	await test.step('delete somebody, and bring everything back from the trash', async () => {
		await page.getByRole('button', { name: 'Actions for Ineza' }).click();
		await page.getByRole('menuitem', { name: 'Delete the account' }).click();
		await expect(page.getByText('Ineza is in the trash.')).toBeVisible();
		await expect(page.getByRole('button', { name: 'Actions for Ineza' })).toHaveCount(0);
		// A phone has the pages of the school behind one button, also by the keyboard.
		await page.setViewportSize({ width: 360, height: 640 });
		await page.getByRole('button', { name: 'More about the school' }).focus();
		await page.keyboard.press('Enter');
		await expect(page.getByRole('menuitem', { name: 'From a list' })).toBeVisible();
		await page.keyboard.press('End');
		await page.keyboard.press('Enter');
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Trash');
		await page.setViewportSize({ width: 1280, height: 720 });
		await expect(page.getByText('30 days left').first()).toBeVisible();
		await checkPage(page, 'trash');
		// The class that was made has a name that is in use again.
		await page.getByRole('button', { name: 'Bring back P6 A' }).click();
		await expect(
			page.getByText('There is a class called P6 A. Rename that one first.'),
		).toBeVisible();
		await page.getByRole('button', { name: 'Bring back Ineza' }).click();
		await expect(page.getByText('Ineza is back.')).toBeVisible();
		await expect(page.getByRole('heading', { name: /People/ })).toHaveCount(0);
	});

	await test.step('a tutor for one class', async () => {
		await page.goto(`${box.url}/tutors/${school.tutor}`);
		await page.getByLabel('Who may ask it').selectOption({ label: 'Only some classes' });
		await page.getByRole('button', { name: 'Save' }).click();
		await expect(page.getByText('Choose a class.')).toBeVisible();
		await page.getByRole('checkbox', { name: 'P5 A' }).check();
		await checkPage(page, 'who may ask a tutor');
		await page.getByRole('button', { name: 'Save' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tutors');
		await expect(page.getByText('1 class', { exact: true })).toBeVisible();
		const inside = await asks(browser, 'gasore');
		await expect(inside.page.getByRole('heading', { level: 1 })).toHaveText('Mwarimu');
		await inside.page.getByLabel('Your question').fill('What is a leaf?');
		await inside.page.getByRole('button', { name: 'Send' }).click();
		await expect(inside.page).toHaveURL(/\/ask\/.+/);
		const chat = inside.page.url();
		await page.request.patch(`${box.url}/api/v1/classes/${made['P5 A']}`, {
			data: { archived: true },
			headers: { origin: box.url },
		});
		await inside.page.goto(chat);
		await expect(
			inside.page.getByText('This tutor takes no more questions of yours.'),
		).toBeVisible();
		await expect(inside.page.getByText('What is a leaf?').first()).toBeVisible();
		await checkPage(inside.page, 'a chat that is closed');
		await inside.close();
		const outside = await asks(browser, 'uwase');
		await expect(outside.page.getByText('No tutor yet')).toBeVisible();
		await expect(outside.page.getByText('Mwarimu')).toHaveCount(0);
		await outside.close();
	});

	expect(faults).toEqual([]);
});

/** The page on which a learner asks. */
async function asks(browser: Browser, username: string) {
	const context = await browser.newContext({ locale: 'en-GB' });
	const page = await context.newPage();
	const signedIn = await page.request.post(`${box.url}/api/v1/auth/login`, {
		data: { username, password: SECRET },
		headers: { origin: box.url },
	});
	expect(signedIn.ok()).toBe(true);
	await page.goto(`${box.url}/ask`);
	return { page, close: () => context.close() };
}
