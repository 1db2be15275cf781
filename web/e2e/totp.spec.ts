/** Staff may have their phone asked after the password, while the box knows the time. */

import { createHmac } from 'node:crypto';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { openSchool } from './support/school';

const PASSWORD = 'inka ebyiri mu rwuri rwa kure';
const STEP_MS = 30_000;

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

test('a teacher turns on sign-in codes, uses them, loses the phone', async ({ page, browser }) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	const school = await openSchool(page, box, []);
	const teacher = { name: 'Mugabo', username: 'mugabo', role: 'teacher', language: 'en' };
	expect((await school.post('/users', { ...teacher, password: PASSWORD })).status()).toBe(201);
	const mine = await open(browser);
	mine.on('pageerror', (error) => faults.push(error.message));
	let secret = '';
	let used = 0;
	let recovery: string[] = [];

	await test.step('while nobody stands by the time, the page says what to do', async () => {
		await typePassword(mine);
		await expect(mine.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await mine.goto(`${box.url}/me`);
		await mine.getByRole('link', { name: 'Sign-in codes' }).click();
		await expect(mine.getByText('The box does not know the time')).toBeVisible();
		await expect(mine.getByLabel('Password now')).toBeHidden();
		await checkPage(mine, 'codes without the time');

		await page.goto(`${box.url}/box`);
		await expect(page.getByText('Nobody stands by this time')).toBeVisible();
		await checkPage(page, 'a box without the time');
		await page.getByRole('button', { name: /as on this device/ }).click();
		await expect(page.getByText('Somebody stands by it')).toBeVisible();
	});

	await test.step('turn them on with the picture or its words, and a first code', async () => {
		await mine.reload();
		await mine.getByRole('button', { name: 'Go on' }).click();
		await expect(mine.getByText('Type the password.')).toBeVisible();
		await mine.getByLabel('Password now').fill('not the right one');
		await mine.keyboard.press('Enter');
		await expect(mine.getByLabel('Password now')).toHaveAttribute('aria-invalid', 'true');
		await mine.getByLabel('Password now').fill(PASSWORD);
		await mine.keyboard.press('Enter');
		await expect(mine.getByRole('img', { name: 'Code to scan with the app' })).toBeVisible();
		secret = (await mine.getByLabel('What to type into the app').innerText()).replace(/\s/g, '');
		expect(secret).toMatch(/^[A-Z2-7]{32}$/);
		await checkPage(mine, 'a secret for the phone');
		await mine.getByLabel('Code on the phone').fill(wrongCode(secret));
		await mine.keyboard.press('Enter');
		await expect(mine.getByText('This code is not right')).toBeVisible();
		used = stepNow();
		await mine.getByLabel('Code on the phone').fill(codeOf(secret, used));
		await mine.keyboard.press('Enter');
		const sheet = mine.getByRole('list', { name: 'Recovery codes' });
		await expect(sheet.getByRole('listitem')).toHaveCount(10);
		recovery = await sheet.getByRole('listitem').allInnerTexts();
		expect(recovery[0]).toMatch(/^[A-Z2-9]{5}-[A-Z2-9]{5}$/);
		await checkPage(mine, 'recovery codes');
		await mine.getByRole('button', { name: 'I have kept them' }).click();
		await expect(mine.getByText('10 recovery codes are left.')).toBeVisible();
		await checkPage(mine, 'codes that are on');
	});

	await test.step('sign in with the password and the next code, and trust the device', async () => {
		const other = await open(browser);
		await typePassword(other);
		await expect(other.getByRole('heading', { name: 'One more step' })).toBeVisible();
		await checkPage(other, 'the second step');
		await other.goto(`${box.url}/me`);
		await expect(other.getByLabel('Username')).toBeVisible();
		await typePassword(other);
		await expect(other.getByRole('heading', { name: 'One more step' })).toBeVisible();
		await other.getByRole('button', { name: 'Sign in', exact: true }).click();
		await expect(other.getByText('Type the code.')).toBeVisible();
		await other.getByLabel('Code', { exact: true }).fill(codeOf(secret, used));
		await other.keyboard.press('Enter');
		await expect(other.getByText('it was used before')).toBeVisible();
		// The phone's next code: it counts half a minute early, so nobody has to wait.
		const next = codeOf(secret, Math.max(stepNow(), used + 1));
		await other.getByLabel('Code', { exact: true }).fill(next);
		await other.getByLabel('Ask for no code on this device for 30 days').check();
		await other.keyboard.press('Enter');
		await expect(other.getByRole('heading', { level: 1 })).toHaveText(/Mugabo|Learn/);
		await other.goto(`${box.url}/me/sessions`);
		await expect(other.getByText('Devices that ask for no code')).toBeVisible();
		await checkPage(other, 'trusted devices');

		await other.goto(`${box.url}/me`);
		await other.getByRole('button', { name: 'Sign out' }).click();
		await typePassword(other);
		await expect(other.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await other.goto(`${box.url}/me/sessions`);
		await other.getByRole('button', { name: 'Ask for a code everywhere again' }).click();
		await expect(other.getByText('Devices that ask for no code')).toBeHidden();
		await other.goto(`${box.url}/me`);
		await other.getByRole('button', { name: 'Sign out' }).click();
		await typePassword(other);
		await expect(other.getByRole('heading', { name: 'One more step' })).toBeVisible();
		await other.context().close();
	});

	await test.step('after a power cut the box asks for a recovery code', async () => {
		await box.cutPower();
		await box.again();
		const other = await open(browser);
		await typePassword(other);
		await expect(other.getByText('The box does not know the time')).toBeVisible();
		await checkPage(other, 'the second step without the time');
		await other.getByLabel('Recovery code').fill(codeOf(secret, stepNow() + 1));
		await other.keyboard.press('Enter');
		await expect(other.getByText('Codes from phones do not count just now.')).toBeVisible();
		await other.getByLabel('Recovery code').fill((recovery[0] ?? '').toLowerCase());
		await other.keyboard.press('Enter');
		await expect(other.getByRole('heading', { level: 1 })).toHaveText('Learn');

		await other.goto(`${box.url}/me/codes`);
		await expect(other.getByText('9 recovery codes are left.')).toBeVisible();
		await other.getByRole('button', { name: 'New recovery codes' }).click();
		const dialog = other.getByRole('dialog');
		await dialog.getByLabel('Password now').fill(PASSWORD);
		await dialog.getByLabel('Code', { exact: true }).fill(recovery[1] ?? '');
		await checkPage(other, 'new recovery codes');
		await other.keyboard.press('Enter');
		const sheet = other.getByRole('list', { name: 'Recovery codes' });
		await expect(sheet.getByRole('listitem')).toHaveCount(10);
		recovery = await sheet.getByRole('listitem').allInnerTexts();
		await other.context().close();
	});

	await test.step('an administrator turns them off for whoever lost everything', async () => {
		await page.goto(`${box.url}/school`);
		await page.getByRole('button', { name: 'Actions for Mugabo' }).click();
		await page.getByRole('menuitem', { name: 'Turn off sign-in codes' }).click();
		const dialog = page.getByRole('dialog');
		await expect(dialog.getByRole('heading')).toHaveText('Turn off the codes of Mugabo?');
		await checkPage(page, 'turning off the codes of a colleague');
		await dialog.getByRole('button', { name: 'Turn codes off' }).click();
		await expect(page.getByText('Mugabo signs in without codes now.')).toBeVisible();
		await page.goto(`${box.url}/school/audit`);
		await expect(page.getByText('Keza turned off the sign-in codes of Mugabo.')).toBeVisible();
		await expect(page.getByText('Mugabo signed in with a recovery code.')).toBeVisible();
		const other = await open(browser);
		await typePassword(other);
		await expect(other.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await other.context().close();
	});

	await mine.context().close();
	expect(faults).toEqual([]);
});

/** The front door in a browser that knows nobody. */
async function open(browser: Browser): Promise<Page> {
	const context = await browser.newContext({
		locale: 'en-GB',
		viewport: { width: 360, height: 640 },
	});
	const page = await context.newPage();
	await page.goto(`${box.url}/signin`);
	return page;
}

async function typePassword(page: Page): Promise<void> {
	await page.getByLabel('Username').fill('mugabo');
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const stepNow = () => Math.floor(Date.now() / STEP_MS);

/** RFC 6238 as an app on a phone computes it. */
function codeOf(secret: string, step: number): string {
	const bits = [...secret]
		.map((letter) =>
			'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
		)
		.join('');
	const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(step));
	const mac = createHmac('sha1', key).update(counter).digest();
	const offset = (mac[19] ?? 0) & 15;
	const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000;
	return String(number).padStart(6, '0');
}

/** A code that is none of now. */
function wrongCode(secret: string): string {
	const near = new Set([-3, -2, -1, 0, 1, 2, 3].map((by) => codeOf(secret, stepNow() + by)));
	return ['000000', '111111', '222222', '333333', '444444', '555555', '666666', '777777'].find(
		(code) => !near.has(code),
	) as string;
}
