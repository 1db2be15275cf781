/** A school has classes: learners are put into them, and a lesson is kept for one. */

import { expect, test, type Browser, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { openSchool } from './support/school';

const SECRET = 'inka ebyiri mu rwuri';
const pupil = (name: string) => ({
	name,
	username: name.toLowerCase(),
	role: 'learner',
	age: '16_or_over',
	language: 'en',
	password: SECRET,
});

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

test('a class is made, filled, and gets a lesson of its own', async ({ page, browser }) => {
	const faults: string[] = [];
	let digits = '';
	page.on('pageerror', (error) => faults.push(error.message));
	const school = await openSchool(page, box, ['photosynthesis.pdf']);
	for (const name of ['Gasore', 'Uwase', 'Mukamana']) {
		expect((await school.post('/users', pupil(name))).status()).toBe(201);
	}

	await test.step('make a class', async () => {
		await page.goto(`${box.url}/school`);
		await expect(page.getByText('No class yet.')).toBeVisible();
		await page.getByRole('button', { name: 'Add a class' }).click();
		const dialog = page.getByRole('dialog');
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect(dialog.getByText('Give the class a name.')).toBeVisible();
		await dialog.getByLabel('Name of the class').fill('P5 A');
		await page.keyboard.press('Enter');
		await expect(page.getByText('P5 A was added.')).toBeVisible();
		await page.getByRole('button', { name: 'Add a class' }).click();
		await dialog.getByLabel('Name of the class').fill('p5 a');
		await page.keyboard.press('Enter');
		await expect(dialog.getByText('There is a class of that name already.')).toBeVisible();
		await page.keyboard.press('Escape');
		await checkPage(page, 'school with a class');
	});

	await test.step('put learners into it, one out again, and undo', async () => {
		await page.getByRole('link', { name: /P5 A/ }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('P5 A');
		await page.getByRole('button', { name: 'Add people' }).click();
		const dialog = page.getByRole('dialog');
		await dialog.getByLabel('Find by name').fill('gas');
		await expect(dialog.getByRole('checkbox')).toHaveCount(1);
		await dialog.getByRole('checkbox', { name: /Gasore/ }).check();
		await dialog.getByLabel('Find by name').fill('');
		await dialog.getByRole('checkbox', { name: /Mukamana/ }).check();
		await checkPage(page, 'people for a class');
		await dialog.getByRole('button', { name: 'Add 2 people' }).click();
		await expect(page.getByText('2 people are in the class.')).toBeVisible();
		await page.getByRole('button', { name: 'Actions for Mukamana' }).click();
		await page.getByRole('menuitem', { name: 'Take Mukamana out of the class' }).click();
		await expect(page.getByText('Mukamana is not in the class any more.')).toBeVisible();
		await page.getByRole('button', { name: 'Undo' }).last().click();
		await expect(page.getByText('Mukamana is in the class.')).toBeVisible();
		await checkPage(page, 'a class');
	});

	await test.step('learners sign in with the code, their name, digits or pictures', async () => {
		await page.getByRole('button', { name: 'Open for this lesson' }).click();
		const code = await page.getByLabel('Code of the class').innerText();
		expect(code).toMatch(/^[A-Z2-9]{4} [A-Z2-9]{4}$/);
		await checkPage(page, 'an open class');
		const pin = await newSecret(page, 'Gasore', 'New digits');
		digits = pin.join('');
		expect(digits).toMatch(/^\d{4}$/);
		const pictures = await newSecret(page, 'Mukamana', 'New pictures');

		const one = await classPhone(browser, box, code);
		await expect(one.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
		await checkPage(one, 'names of a class');
		await one.getByRole('button', { name: 'Gasore' }).click();
		await checkPage(one, 'four digits');
		await one.getByLabel('Your four digits').fill(wrong(pin));
		await expect(one.getByText('These are not your digits.')).toBeVisible();
		await one.getByLabel('Your four digits').fill(digits);
		await expect(one.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await one.context().close();

		const two = await classPhone(browser, box, code.toLowerCase());
		await two.getByRole('button', { name: 'Mukamana' }).click();
		await checkPage(two, 'four pictures');
		for (const picture of pictures) {
			await two.getByRole('button', { name: picture, exact: true }).click();
		}
		await expect(two.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await two.context().close();

		await page.getByRole('button', { name: 'Close it' }).click();
		const late = await classPhone(browser, box, code);
		await expect(late.getByText('No open class has this code.')).toBeVisible();
		await late.context().close();
	});

	await test.step('print badges, and sign in with one', async () => {
		await page.getByRole('button', { name: 'More about signing in' }).click();
		await page.getByRole('menuitem', { name: 'Print cards' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Print cards');
		await checkPage(page, 'cards to choose');
		const answer = page.waitForResponse(/\/badges$/);
		await page.getByRole('button', { name: 'Make 2 new cards' }).click();
		const { cards } = (await (await answer).json()) as {
			cards: { name: string; code: string }[];
		};
		await expect(page.getByRole('img', { name: 'Scan me to sign in' })).toHaveCount(2);
		await checkPage(page, 'cards to print');
		// Nothing was printed by the button, so leaving asks once.
		page.once('dialog', (dialog) => void dialog.accept());
		// One page of paper, of some size: words and pictures are on it.
		const paper = await page.pdf({ format: 'A4' });
		expect(paper.subarray(0, 5).toString()).toBe('%PDF-');
		expect(paper.length).toBeGreaterThan(10_000);
		const code = cards.find((card) => card.name === 'Mukamana')?.code ?? '';

		const context = await browser.newContext({ locale: 'en-GB' });
		const phone = await context.newPage();
		await phone.goto(`${box.url}/signin/badge#${code}`);
		await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Learn');
		expect(phone.url()).not.toContain(code);
		// The next one on the same phone is asked, not taken for the one before.
		const next = cards.find((card) => card.name === 'Gasore')?.code ?? '';
		await phone.goto(`${box.url}/signin/badge#${next}`);
		await expect(phone.getByText('Mukamana is still signed in on this phone.')).toBeVisible();
		await checkPage(phone, 'a badge on a phone in use');
		await phone.getByRole('button', { name: 'Sign in' }).click();
		await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await phone.goto(`${box.url}/me`);
		await expect(phone.getByText('gasore').first()).toBeVisible();
		await context.close();

		const typing = await browser.newContext({ locale: 'en-GB' });
		const other = await typing.newPage();
		await other.goto(`${box.url}/signin/badge`);
		await other.getByLabel('Code of the badge').fill('AAAA AAAA');
		await other.getByRole('button', { name: 'Sign in' }).click();
		await expect(other.getByText('This badge does not work any more.')).toBeVisible();
		await checkPage(other, 'a badge typed');
		await other.getByLabel('Code of the badge').fill(code.toLowerCase());
		await other.getByRole('button', { name: 'Sign in' }).click();
		await expect(other.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await typing.close();
	});

	await test.step('keep the lesson for the class', async () => {
		await page.goto(`${box.url}/lessons`);
		await page.getByRole('article').getByRole('link').first().click();
		const tab = page.getByRole('tab', { name: 'Details' });
		await expect(page.getByRole('heading', { name: 'What the tutor read' }).first()).toBeAttached();
		if (await tab.isVisible()) await tab.click();
		await page.getByRole('button', { name: 'Edit details' }).click();
		const dialog = page.getByRole('dialog');
		await dialog.getByLabel('Who may read it').selectOption({ label: 'Only some classes' });
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect(dialog.getByText('Choose a class.')).toBeVisible();
		await dialog.getByRole('checkbox', { name: 'P5 A' }).check();
		await checkPage(page, 'who may read a lesson');
		await dialog.getByRole('button', { name: 'Save' }).click();
		await expect(page.getByText('1 class', { exact: true })).toBeVisible();
	});

	await test.step('those in the class see it, others do not', async () => {
		const lessonsOf = async (username: string, password = SECRET) => {
			const context = await browser.newContext({ locale: 'en-GB' });
			const phone = await context.newPage();
			const signedIn = await phone.request.post(`${box.url}/api/v1/auth/login`, {
				data: { username, password },
				headers: { origin: box.url },
			});
			expect(signedIn.ok()).toBe(true);
			await phone.goto(`${box.url}/lessons`);
			await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Learn');
			return { phone, close: () => context.close() };
		};
		const inside = await lessonsOf('gasore', digits);
		await expect(inside.phone.getByRole('article')).toHaveCount(1);
		await inside.close();
		const outside = await lessonsOf('uwase');
		await expect(outside.phone.getByText('No lessons yet')).toBeVisible();
		await expect(outside.phone.getByRole('article')).toHaveCount(0);
		await outside.close();
	});

	await test.step('end the class, and undo', async () => {
		await page.goto(`${box.url}/school`);
		await page.getByRole('link', { name: /P5 A/ }).click();
		await page.getByRole('button', { name: 'Actions for P5 A' }).click();
		await page.getByRole('menuitem', { name: 'End the class' }).click();
		await expect(page.getByText('This class is over.')).toBeVisible();
		await page.getByRole('button', { name: 'Undo' }).last().click();
		await expect(page.getByText('This class is over.')).toHaveCount(0);
		await page.getByRole('button', { name: 'Actions for P5 A' }).click();
		await page.getByRole('menuitem', { name: 'End the class' }).click();
		await expect(page.getByText('This class is over.')).toBeVisible();
		await checkPage(page, 'a class that is over');
		await page.getByRole('button', { name: 'Actions for P5 A' }).click();
		await page.getByRole('menuitem', { name: 'Take it up again' }).click();
		await expect(page.getByText('This class is over.')).toHaveCount(0);
		await page.getByRole('button', { name: 'Actions for P5 A' }).click();
		await page.getByRole('menuitem', { name: 'Delete the class' }).click();
		await expect(page.getByText('P5 A was deleted.')).toBeVisible();
		await expect(page.getByText('No class yet.')).toBeVisible();
		await page.getByRole('button', { name: 'Undo' }).last().click();
		await expect(page.getByText('P5 A is back.')).toBeVisible();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('P5 A');
		await expect(page.getByRole('button', { name: 'Actions for Gasore' })).toBeVisible();
	});

	expect(faults).toEqual([]);
});

/** Gives a learner a new secret; its parts as they are shown. */
async function newSecret(page: Page, name: string, kind: string): Promise<string[]> {
	await page.getByRole('button', { name: `Actions for ${name}` }).click();
	await page.getByRole('menuitem', { name: kind }).click();
	const parts = page.getByTestId('secret').getByRole('listitem');
	await expect(parts).toHaveCount(4);
	await checkPage(page, `${kind}, shown once`);
	const shown = await parts.allInnerTexts();
	await page.getByRole('button', { name: 'Done' }).click();
	return shown.map((part) => part.trim());
}

/** A phone on which somebody typed the code of a class. */
async function classPhone(browser: Browser, box: Box, code: string): Promise<Page> {
	const context = await browser.newContext({
		locale: 'en-GB',
		viewport: { width: 390, height: 800 },
	});
	const phone = await context.newPage();
	await phone.goto(`${box.url}/signin`);
	await phone.getByRole('link', { name: 'Sign in with my class' }).click();
	await phone.getByLabel('Code of the class').fill(code);
	await phone.getByRole('button', { name: 'Next' }).click();
	return phone;
}

/** Other digits than these. */
function wrong(pin: string[]): string {
	const [first, ...rest] = pin;
	return `${(Number(first) + 1) % 10}${rest.join('')}`;
}
