/**
 * A child without its parents' consent reads and does not ask; a teacher prints the forms, writes
 * down who agreed, and a consent that is taken back counts with the next question.
 */

import { expect, test, type Browser, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { openSchool, type School } from './support/school';

const SECRET = 'inka ebyiri mu rwuri';

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

test('parents agree, and think better of it', async ({ page, browser }) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	const school = await openSchool(page, box, []);
	await aClass(page, school);
	const child = await phone(browser, 'gasore');
	child.page.on('pageerror', (error) => faults.push(error.message));

	await test.step('why, for everybody and in four languages', async () => {
		const context = await browser.newContext({ locale: 'en-GB' });
		const stranger = await context.newPage();
		await stranger.goto(`${box.url}/signin`);
		await stranger.getByRole('link', { name: 'What the box keeps about you' }).click();
		const title = stranger.getByRole('heading', { level: 1 });
		await expect(title).toHaveText('What the school’s box keeps about your child, and why');
		await checkPage(stranger, 'the purpose text');
		for (const [code, words] of [
			['rw', 'Ibyo mudasobwa y’ishuri ibika'],
			['fr', 'Ce que l’ordinateur de l’école garde'],
			['sw', 'Kompyuta ya shule inahifadhi nini'],
			['en', 'What the school’s box keeps'],
		] as const) {
			await stranger.getByRole('combobox').selectOption(code);
			await expect(title).toContainText(words);
		}
		await context.close();
	});

	await test.step('a child without consent reads and does not ask', async () => {
		await child.page.goto(`${box.url}/ask`);
		await expect(child.page.getByRole('heading', { level: 1 })).toHaveText('You cannot ask yet');
		await checkPage(child.page, 'asking without consent');
		await child.page.goto(`${box.url}/tutors`);
		await expect(child.page.getByText('You cannot ask yet')).toBeVisible();
		await child.page.goto(`${box.url}/lessons`);
		await expect(child.page.getByRole('heading', { level: 1 })).toHaveText('Learn');
	});

	await test.step('the staff is reminded', async () => {
		await page.goto(`${box.url}/school`);
		await expect(page.getByText('2 learners are without the consent')).toBeVisible();
		await page.getByRole('link', { name: /P5 A/ }).click();
		await expect(page.getByText('2 learners are without the consent')).toBeVisible();
		await page.getByRole('link', { name: 'Look' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Consent of parents');
		await expect(page.getByRole('checkbox', { name: 'Gasore' })).toBeVisible();
		await expect(page.getByRole('checkbox', { name: 'Mugisha' })).toHaveCount(0);
		await checkPage(page, 'the register');
	});

	await test.step('forms to take home, in the language of the parents', async () => {
		await page.getByRole('link', { name: 'Forms to print' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Forms to print');
		await expect(page.getByRole('article')).toHaveCount(2);
		await expect(page.getByText('Answer of the parents')).toHaveCount(2);
		await checkPage(page, 'forms');
		for (const [code, words] of [
			['rw', 'Igisubizo cy’ababyeyi'],
			['fr', 'Réponse des parents'],
			['sw', 'Jibu la wazazi'],
		] as const) {
			await page.getByLabel('Language of the form').selectOption(code);
			await expect(page.getByText(words).first()).toBeVisible();
			expect(await pages(page), code).toBe(2);
		}
		await page.getByLabel('For whom').selectOption('blank');
		await expect(page.getByRole('article')).toHaveCount(1);
		expect(await pages(page)).toBe(1);
		await page.getByLabel('For whom').selectOption('without');
		await page.evaluate(() => (window.print = () => undefined));
		await page.getByRole('button', { name: 'Print' }).click();
		await page.getByRole('button', { name: 'The form went home' }).click();
		await expect(page.getByText('Written down for 2 learners.')).toBeVisible();
	});

	await test.step('two forms came back; one was ticked by mistake', async () => {
		await page.goto(`${box.url}/school/consent?filter=asked`);
		await page.getByRole('checkbox', { name: 'Tick all that are shown' }).check();
		await page.getByRole('button', { name: 'Write down an answer' }).click();
		const dialog = page.getByRole('dialog');
		await expect(dialog.getByText('Answer about 2 learners')).toBeVisible();
		await expect(dialog.getByRole('radio', { name: 'Withdrawn' })).toHaveCount(0);
		await checkPage(page, 'an answer');
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect(page.getByText('No learner fits')).toBeVisible();
		await page.getByRole('button', { name: 'Undo' }).last().click();
		await expect(page.getByRole('checkbox', { name: 'Uwase' })).toBeVisible();
		await page.getByRole('checkbox', { name: 'Gasore' }).check();
		await page.getByRole('button', { name: 'Write down an answer' }).click();
		await dialog.getByLabel('Who said it?').selectOption('father');
		await dialog.getByLabel('How?').selectOption('in_person');
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect(page.getByText('Written down for 1 learner.')).toBeVisible();
		await expect(page.getByRole('checkbox', { name: 'Gasore' })).toHaveCount(0);
	});

	await test.step('how old some of a class are, and back', async () => {
		await page.goto(`${box.url}/school/consent`);
		await page.getByRole('checkbox', { name: 'Uwase' }).check();
		await page.getByRole('button', { name: '16 or over' }).click();
		await expect(page.getByText('Age group set for 1 learner.')).toBeVisible();
		await expect(page.getByText('P5 A · 16 or over')).toHaveCount(2);
		await page.getByRole('button', { name: 'Undo' }).last().click();
		await expect(page.getByText('P5 A · 16 or over')).toHaveCount(1);
	});

	await test.step('an age that was not saved is not shown', async () => {
		await page.getByRole('link', { name: 'Gasore' }).click();
		const unknown = page.getByRole('radio', { name: 'Age not known' });
		await expect(unknown).toBeChecked();
		await page.route('**/api/v1/consent/age', (route) => route.fulfill({ status: 500 }));
		await page.getByRole('radio', { name: 'Under 16' }).click();
		await expect(unknown).toBeChecked();
		await page.unroute('**/api/v1/consent/age');
	});

	await test.step('the child asks', async () => {
		await child.page.goto(`${box.url}/ask`);
		await expect(child.page.getByRole('heading', { level: 1 })).toHaveText('Mwarimu');
		await expect(child.page.getByLabel('Your question')).toBeVisible();
	});

	await test.step('the consent is taken back, which counts at once', async () => {
		await page.goto(`${box.url}/school/consent`);
		await page.getByRole('link', { name: 'Gasore' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Gasore');
		await expect(page.getByText('Father · In person')).toBeVisible();
		await checkPage(page, 'a learner and the consent');
		await page.getByRole('button', { name: 'Write down an answer' }).click();
		const dialog = page.getByRole('dialog');
		await dialog.getByRole('radio', { name: 'Withdrawn' }).check();
		await expect(dialog.getByText('It counts at once')).toBeVisible();
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect(page.getByText('Cannot ask tutors')).toBeVisible();
		// The page of the child is still the one of before.
		await child.page.getByLabel('Your question').fill('What is soil?');
		await child.page.getByRole('button', { name: 'Send' }).click();
		await expect(
			child.page.getByText('The school needs a yes from your parents before you can ask.'),
		).toBeVisible();
		await child.page.goto(`${box.url}/me`);
		await expect(child.page.getByText('Consent of parents: Withdrawn')).toBeVisible();
		await checkPage(child.page, 'what is known about oneself');
	});

	await test.step('the school decides about silence, and the log says who did', async () => {
		await page.goto(`${box.url}/school/consent`);
		await page.getByRole('radio', { name: /teachers are reminded/ }).check();
		await expect(page.getByText('It counts from the next question on.')).toBeVisible();
		const uwase = await phone(browser, 'uwase');
		await uwase.page.goto(`${box.url}/ask`);
		await expect(uwase.page.getByLabel('Your question')).toBeVisible();
		await uwase.close();
		const table = await page.request.get(`${box.url}/api/v1/consent/export`);
		expect(await table.text()).toContain('withdrawn');
		await page.goto(`${box.url}/school/audit`);
		await expect(page.getByText('Keza saved the register of consents')).toBeVisible();
		await expect(
			page.getByText('consent for Gasore: Withdrawn (before: Consent given)'),
		).toBeVisible();
		await expect(page.getByText('Keza changed what follows without consent')).toBeVisible();
	});

	await child.close();
	expect(faults).toEqual([]);
});

/** P5 A: nobody said how old Gasore is, Uwase is under 16, Mugisha is not. */
async function aClass(page: Page, school: School): Promise<void> {
	const ids: string[] = [];
	for (const [name, age] of [
		['Gasore', null],
		['Uwase', 'under_16'],
		['Mugisha', '16_or_over'],
	] as const) {
		const username = name.toLowerCase();
		const user = { name, username, age, role: 'learner', language: 'en', password: SECRET };
		const made = await school.post('/users', user);
		expect(made.status()).toBe(201);
		ids.push(((await made.json()) as { id: string }).id);
	}
	const made = await school.post('/classes', { name: 'P5 A' });
	const { id } = (await made.json()) as { id: string };
	const changed = await page.request.patch(`${box.url}/api/v1/classes/${id}/members`, {
		data: { add: ids },
		headers: { origin: box.url },
	});
	expect(changed.ok()).toBe(true);
}

/** How many sheets of paper the page takes. */
async function pages(page: Page): Promise<number> {
	const paper = await page.pdf({
		format: 'A4',
		margin: { top: '12mm', right: '12mm', bottom: '12mm', left: '12mm' },
	});
	return paper.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
}

/** A learner on a phone. */
async function phone(browser: Browser, username: string) {
	const context = await browser.newContext({
		viewport: { width: 360, height: 640 },
		locale: 'en-GB',
	});
	const page = await context.newPage();
	const signedIn = await page.request.post(`${box.url}/api/v1/auth/login`, {
		data: { username, password: SECRET },
		headers: { origin: box.url },
	});
	expect(signedIn.ok()).toBe(true);
	return { page, close: () => context.close() };
}
