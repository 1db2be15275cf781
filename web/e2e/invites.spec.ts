/**
 * People make their own accounts: a teacher comes by an invitation on a phone, a learner with the
 * code of the school, and who forgot the password comes back with a card.
 */

import { expect, test, type Browser, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { openSchool } from './support/school';

const PHONE = { width: 360, height: 640 };
const SECRET = 'inka ebyiri mu rwuri';
const OTHER = 'imvura igwa ku misozi';

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

async function phone(browser: Browser, path: string): Promise<Page> {
	const context = await browser.newContext({ viewport: PHONE, locale: 'en-GB' });
	const page = await context.newPage();
	await page.goto(`${box.url}${path}`);
	return page;
}

/** Presses a button and reads the code from the answer, which the page shows once. */
async function codeAfter(page: Page, answer: RegExp, press: () => Promise<void>): Promise<string> {
	const [response] = await Promise.all([page.waitForResponse(answer), press()]);
	const { code } = (await response.json()) as { code: string };
	return code;
}

test('people make their own accounts and find their way back', async ({ page, browser }) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	await openSchool(page, box, []);
	const dialog = page.getByRole('dialog');

	const code = await test.step('invite a teacher', async () => {
		await page.goto(`${box.url}/school`);
		await page.getByRole('button', { name: 'Invite', exact: true }).click();
		await dialog.getByLabel('Role').selectOption('teacher');
		await dialog.getByLabel('Name').fill('Mugabo');
		await checkPage(page, 'an invitation to make');
		const made = await codeAfter(page, /\/invite$/, () =>
			dialog.getByRole('button', { name: 'Make the invitation' }).click(),
		);
		await expect(dialog.getByRole('img', { name: 'Scan me to open the page' })).toBeVisible();
		await checkPage(page, 'an invitation to give');
		await page.keyboard.press('Escape');
		return made;
	});

	await test.step('the teacher joins on a phone', async () => {
		const guest = await phone(browser, `/signin/invite#${code}`);
		guest.on('pageerror', (error) => faults.push(error.message));
		await expect(guest.getByText('You are invited as a teacher.')).toBeVisible();
		expect(guest.url()).not.toContain(code);
		await expect(guest.getByLabel('Name', { exact: true })).toHaveValue('Mugabo');
		await checkPage(guest, 'an invitation to accept');
		await guest.getByLabel('Username').fill('mugabo');
		await guest.getByLabel('Password', { exact: true }).fill('short');
		await guest.getByRole('button', { name: 'Make my account' }).click();
		await expect(guest.getByText('7 more signs needed')).toBeVisible();
		await guest.getByLabel('Password', { exact: true }).fill(SECRET);
		await guest.getByRole('button', { name: 'Make my account' }).click();
		await expect(guest.getByRole('heading', { level: 1 })).toHaveText('Lessons');
		await guest.goto(`${box.url}/me/sessions`);
		await expect(guest.getByText('This device')).toBeVisible();
		await checkPage(guest, 'devices of a person');
		await guest.context().close();
	});

	await test.step('the code is used up, and another one is taken back', async () => {
		const late = await phone(browser, '/signin/invite');
		await late.getByLabel('Your code').fill(code);
		await late.getByRole('button', { name: 'Next' }).click();
		await expect(late.getByText('This code does not work, or not any more.')).toBeVisible();
		await checkPage(late, 'a code that is used up');
		await late.context().close();

		await page.goto(`${box.url}/school/invites`);
		await expect(page.getByText('No invitation is open.')).toBeVisible();
		await page.getByRole('button', { name: 'Invite', exact: true }).click();
		await dialog.getByLabel('How many people').selectOption('40');
		await dialog.getByRole('button', { name: 'Make the invitation' }).click();
		await expect(dialog.getByText('The invitation is ready.')).toBeVisible();
		await page.keyboard.press('Escape');
		await expect(page.getByText('used 0 of 40')).toBeVisible();
		await checkPage(page, 'open invitations');
		await page.getByRole('button', { name: 'Take back Learner' }).click();
		await expect(page.getByText('No invitation is open.')).toBeVisible();
	});

	await test.step('a learner asks for an account and is approved', async () => {
		await page.getByRole('button', { name: 'Let learners ask for an account' }).click();
		const shown = await page.getByLabel('Code of the school').innerText();
		expect(shown).toMatch(/^[A-Z2-9]{4} [A-Z2-9]{4}$/);
		const learner = await phone(browser, '/signin/invite');
		await learner.getByLabel('Your code').fill(shown.toLowerCase());
		await learner.getByRole('button', { name: 'Next' }).click();
		await learner.getByLabel('Name', { exact: true }).fill('Gasore');
		await learner.getByLabel('Username').fill('gasore');
		await learner.getByLabel('Password', { exact: true }).fill(SECRET);
		await learner.getByRole('button', { name: 'Make my account' }).click();
		await expect(learner.getByText('Your account is waiting')).toBeVisible();
		await checkPage(learner, 'an account that waits');

		await page.goto(`${box.url}/school`);
		await expect(page.getByText('1 learner waits for approval.')).toBeVisible();
		await page.getByRole('link', { name: 'See who waits' }).click();
		await checkPage(page, 'somebody who waits');
		await page.getByRole('button', { name: 'Refuse Gasore' }).click();
		await expect(page.getByText('Gasore was refused.')).toBeVisible();
		await expect(page.getByRole('heading', { name: /Waiting for approval/ })).toHaveCount(0);
		await page.getByRole('button', { name: 'Undo' }).click();
		await page.getByRole('button', { name: 'Approve Gasore' }).click();
		await expect(page.getByText('1 learner can sign in now.')).toBeVisible();
		await learner.getByRole('link', { name: 'Sign in' }).click();
		await learner.getByLabel('Username').fill('gasore');
		await learner.getByLabel('Password', { exact: true }).fill(SECRET);
		await learner.getByRole('button', { name: 'Sign in', exact: true }).click();
		await expect(learner.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await learner.context().close();
	});

	await test.step('a forgotten password is set anew with a card', async () => {
		await page.goto(`${box.url}/school`);
		await page.getByRole('button', { name: 'Actions for Mugabo' }).click();
		const card = await codeAfter(page, /\/recovery$/, () =>
			page.getByRole('menuitem', { name: 'Make a recovery card' }).click(),
		);
		await expect(dialog.getByRole('heading', { name: 'New password for Mugabo' })).toBeVisible();
		await checkPage(page, 'a recovery card');
		await page.keyboard.press('Escape');

		const guest = await phone(browser, `/signin/recover#${card}`);
		await expect(guest.getByLabel('Code of the card')).toHaveValue(card);
		await checkPage(guest, 'a new password');
		await guest.getByLabel('New password').fill(OTHER);
		await guest.getByRole('button', { name: 'Set the password' }).click();
		await expect(guest.getByRole('heading', { level: 1 })).toHaveText('Mugabo');
		await guest.context().close();

		await page.goto(`${box.url}/me`);
		await page.getByRole('button', { name: 'Make a card' }).click();
		await dialog.getByLabel('Password now').fill('inzu ikawa umusozi kare');
		await dialog.getByRole('button', { name: 'Make a card' }).click();
		await expect(dialog.getByRole('heading', { name: 'New password for Keza' })).toBeVisible();
		await page.keyboard.press('Escape');
		await expect(page.getByText('You made a card on')).toBeVisible();
		await checkPage(page, 'me with a card');
	});

	await test.step('a shared phone goes from child to child', async () => {
		const { code: shown, pin } = await openClass(page);
		const shared = await phone(browser, '/signin/class');
		await shared.getByLabel('Code of the class').fill(shown);
		await shared.getByRole('button', { name: 'Next' }).click();
		await shared.getByRole('button', { name: 'Gasore' }).click();
		await expect(shared.getByLabel('This is my own phone')).not.toBeChecked();
		await checkPage(shared, 'digits on a shared phone');
		await shared.getByLabel('Your four digits').fill(pin);
		await expect(shared.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await checkPage(shared, 'a page on a shared phone');
		// A reload leaves the child signed in, and the device as shared as before.
		await shared.reload();
		await shared.getByRole('button', { name: 'Done' }).click();
		await expect(shared.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
		await expect(shared.getByRole('button', { name: 'Gasore' })).toBeVisible();
		await shared.context().close();
	});

	expect(faults).toEqual([]);
});

/** A class with Gasore in it, held open, and new digits for Gasore. */
async function openClass(page: Page): Promise<{ code: string; pin: string }> {
	const api = `${box.url}/api/v1`;
	const headers = { origin: box.url };
	const people = await page.request.get(`${api}/users`);
	const { users } = (await people.json()) as { users: { id: string; username: string }[] };
	const gasore = users.find((user) => user.username === 'gasore')?.id ?? '';
	const made = await page.request.post(`${api}/classes`, { data: { name: 'P5 A' }, headers });
	const { id } = (await made.json()) as { id: string };
	const add = { data: { add: [gasore] }, headers };
	expect((await page.request.patch(`${api}/classes/${id}/members`, add)).status()).toBe(200);
	const hold = { data: { minutes: 60 }, headers };
	const opened = await page.request.put(`${api}/classes/${id}/door`, hold);
	const way = { data: { way: 'pin' }, headers };
	const given = await page.request.post(`${api}/users/${gasore}/secret`, way);
	const { code } = (await opened.json()) as { code: string };
	const { parts } = (await given.json()) as { parts: string[] };
	return { code, pin: parts.join('') };
}
