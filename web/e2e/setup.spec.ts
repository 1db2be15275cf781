/**
 * A primary school from the first page to its pupils: set up with a preset, badges on paper that is
 * looked at, signing in by camera, by typing, by pictures, and a forgotten secret.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { film, look, type Code } from './support/paper';

const PASSWORD = 'inzu ikawa umusozi kare';
const PHONE = { width: 360, height: 640 };
const PUPILS = ['Gasore Keza', 'Uwase Mbabazi', 'Mukamana Ingabire'];

let box: Box;
let folder: string;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
	folder = await mkdtemp(join(tmpdir(), 'bwenge-film-'));
});

test.afterAll(async () => {
	await box?.stop();
	await rm(folder, { recursive: true, force: true });
});

test.use({ viewport: PHONE, hasTouch: true });

test('a primary school is set up with a preset, and its pupils come in', async ({
	page,
	browser,
}) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	const post = (path: string, data: object) =>
		page.request.post(`${box.url}/api/v1${path}`, { data, headers: { origin: box.url } });

	await test.step('the wizard says what it does, and lines can be left out', async () => {
		const code = /\/setup(#code=[A-Z0-9-]+)/.exec(box.log())?.[1] ?? '';
		await page.goto(`${box.url}/setup${code}`);
		await page.getByLabel('Name of the school').fill('EP Nyange');
		await page.getByLabel('Primary school').check();
		await page.getByRole('button', { name: 'Next' }).click();
		await page.getByLabel('Name', { exact: true }).fill('Head Teacher');
		await page.getByLabel('Username').fill('head');
		await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
		await page.getByRole('button', { name: 'Next' }).click();
		await expect(page.getByLabel('Pupils sign in with four pictures')).toBeChecked();
		await expect(page.getByLabel('Nobody makes an account alone')).toBeChecked();
		await expect(page.getByText('P1, P2, P3, P4, P5, P6.')).toBeVisible();
		const terms = page.getByText(/^Term \d, \d{4}–\d{4}: /);
		await expect(terms).toHaveCount(3);
		await checkPage(page, 'set-up, preset of a primary school');
		await picture(page, 'wizard');
		await page.getByLabel('Make the terms of the school year').uncheck();
		await expect(terms).toHaveCount(0);
		// Another kind of place has other lines, and this one has all of its own again.
		await page.getByRole('button', { name: 'Back' }).click();
		await page.getByRole('button', { name: 'Back' }).click();
		await page.getByLabel('Community place').check();
		await page.getByRole('button', { name: 'Next' }).click();
		await page.getByRole('button', { name: 'Next' }).click();
		await expect(page.getByLabel('Guests may look around without an account')).toBeChecked();
		await expect(page.getByLabel('Make the classes')).toHaveCount(0);
		await checkPage(page, 'set-up, preset of a community place');
		await page.getByRole('button', { name: 'Back' }).click();
		await page.getByRole('button', { name: 'Back' }).click();
		await page.getByLabel('Primary school').check();
		await page.getByRole('button', { name: 'Next' }).click();
		await page.getByRole('button', { name: 'Next' }).click();
		await expect(terms).toHaveCount(3);
		await page.getByLabel('Make the terms of the school year').uncheck();
		await page.getByLabel('An empty library').check();
		await page.getByRole('button', { name: 'Open the library' }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Lessons' })).toBeVisible();
	});

	await test.step('what was ticked is there, and can be changed', async () => {
		await page.goto(`${box.url}/school`);
		for (const name of ['P1', 'P6']) {
			await expect(page.getByRole('link', { name: new RegExp(`^${name} `) })).toBeVisible();
		}
		await page.getByRole('button', { name: 'More about the school' }).click();
		await page.getByRole('menuitem', { name: 'How the school works' }).click();
		await expect(page.getByLabel('What pupils get first')).toHaveValue('pictures');
		await expect(page.getByLabel('Sign out on a shared phone after')).toHaveValue('10');
		await page.getByLabel('Sign out on a shared phone after').selectOption('15');
		await expect(page.getByText('Saved.')).toBeVisible();
		await page.getByLabel('Guests may look around without an account').check();
		// What was left out at set-up can be had later, once.
		await page.getByLabel('Make the classes').uncheck();
		await page.getByRole('button', { name: 'Do this' }).click();
		await expect(page.getByText('What was there already stayed as it was.')).toBeVisible();
		await expect(page.getByLabel('Sign out on a shared phone after')).toHaveValue('10');
		await checkPage(page, 'how the school works');
		await picture(page, 'settings');
		await page.goto(`${box.url}/school/terms`);
		await expect(page.getByText(/^Term \d, \d{4}–\d{4}$/)).toHaveCount(3);
	});

	const found = (await (await page.request.get(`${box.url}/api/v1/classes`)).json()) as {
		classes: { id: string; name: string }[];
	};
	const p5 = found.classes.find(({ name }) => name === 'P5')?.id ?? '';
	const add: string[] = [];
	for (const name of PUPILS) {
		const made = await post('/users', {
			name,
			username: name.split(' ')[0]?.toLowerCase(),
			password: 'igiti amazi izuba',
			role: 'learner',
			age: '16_or_over',
			language: 'en',
		});
		add.push(((await made.json()) as { id: string }).id);
	}
	const teacher = { name: 'Mwiza', username: 'mwiza', password: PASSWORD, language: 'en' };
	const made = await post('/users', { ...teacher, role: 'teacher' });
	add.push(((await made.json()) as { id: string }).id);
	const placed = await page.request.patch(`${box.url}/api/v1/classes/${p5}/members`, {
		data: { add },
		headers: { origin: box.url },
	});
	expect(placed.ok()).toBe(true);

	const badges = await test.step('badges are printed, and the paper is looked at', async () => {
		await page.goto(`${box.url}/school/classes/${p5}/cards`);
		const answer = page.waitForResponse(/\/badges$/);
		await page.getByRole('button', { name: 'Make 3 new cards' }).click();
		const { cards } = (await (await answer).json()) as {
			cards: { name: string; code: string }[];
		};
		await expect(page.getByRole('img', { name: 'Scan me to sign in' })).toHaveCount(3);
		await picture(page, 'cards');
		const paper = await look(await page.pdf({ format: 'A4' }));
		expect(paper.pages).toBe(1);
		expect(paper.words).not.toContain('Make');
		const badges = new Map<string, Code>();
		for (const { name, code } of cards) {
			expect(paper.words).toContain(name);
			const typed = code.match(/.{1,4}/g)?.join(' ') ?? '';
			expect(paper.words.replace(/\s+/g, ' ')).toContain(typed);
			const seen = paper.codes.find(({ text }) => text.endsWith(`/signin/badge#${code}`));
			if (!seen) throw new Error(`no code of ${name} on the paper`);
			badges.set(name, seen);
		}
		expect(paper.codes).toHaveLength(PUPILS.length);
		expect([...badges.keys()].sort()).toEqual([...PUPILS].sort());
		page.once('dialog', (dialog) => void dialog.accept());
		return badges;
	});

	await test.step('a pupil holds the badge before the camera', async () => {
		const badge = badges.get('Uwase Mbabazi');
		if (!badge) throw new Error('no badge');
		const path = join(folder, 'badge.y4m');
		await film(path, badge.picture);
		const camera = await launch([
			'--use-fake-ui-for-media-stream',
			'--use-fake-device-for-media-stream',
			`--use-file-for-fake-video-capture=${path}`,
		]);
		const phone = await phoneOf(camera);
		await phone.goto(`${box.url}/signin/badge`);
		await picture(phone, 'badge-camera');
		await phone.getByRole('button', { name: 'Scan with the camera' }).click();
		await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await phone.goto(`${box.url}/me`);
		await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Uwase Mbabazi');
		await camera.close();
	});

	await test.step('where pages get no camera, the code is typed', async () => {
		// A name over plain HTTP, as phones open it.
		const plain = await launch(['--host-resolver-rules=MAP bwenge.local 127.0.0.1']);
		const phone = await phoneOf(plain);
		await phone.goto(`http://bwenge.local:${new URL(box.url).port}/signin/badge`);
		expect(await phone.evaluate(() => isSecureContext)).toBe(false);
		const field = phone.getByLabel('Code of the badge');
		await expect(field).toBeVisible();
		await expect(phone.getByRole('button', { name: 'Scan with the camera' })).toHaveCount(0);
		await checkPage(phone, 'a badge without a camera');
		await picture(phone, 'badge-typed');
		const code = badges.get('Mukamana Ingabire')?.text.split('#')[1] ?? '';
		await field.fill(
			code
				.match(/.{1,4}/g)
				?.join(' ')
				.toLowerCase() ?? '',
		);
		await phone.getByRole('button', { name: 'Sign in', exact: true }).click();
		await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await plain.close();
	});

	await test.step('a forgotten secret is replaced in fewer than four taps', async () => {
		const desk = await phoneOf(browser);
		const { username, password } = teacher;
		await desk.goto(`${box.url}/signin`);
		await desk.getByLabel('Username').fill(username);
		await desk.getByLabel('Password', { exact: true }).fill(password);
		await desk.getByRole('button', { name: 'Sign in', exact: true }).click();
		await expect(desk.getByRole('heading', { level: 1 })).toHaveText('Lessons');
		let taps = 0;
		const tap = async (what: Locator) => {
			await what.tap();
			taps++;
		};
		await tap(desk.getByRole('navigation').last().getByRole('link', { name: 'School' }));
		await tap(desk.getByRole('button', { name: 'Actions for Gasore Keza' }));
		await tap(desk.getByRole('menuitem', { name: 'New digits' }));
		const parts = desk.getByTestId('secret').getByRole('listitem');
		await expect(parts).toHaveCount(4);
		const pin = (await parts.allInnerTexts()).map((part) => part.trim()).join('');
		expect(pin).toMatch(/^\d{4}$/);
		expect(taps).toBeLessThan(4);
		await desk.getByRole('button', { name: 'Done' }).click();

		// The same from the page of the class, where pictures come first in this school.
		taps = 0;
		await desk.goto(`${box.url}/school/classes/${p5}`);
		await tap(desk.getByRole('button', { name: 'Actions for Mukamana Ingabire' }));
		await expect(desk.getByRole('menuitem').first()).toHaveText('New pictures');
		await checkPage(desk, 'what can be done for a pupil');
		await tap(desk.getByRole('menuitem', { name: 'New pictures' }));
		await expect(parts).toHaveCount(4);
		const pictures = (await parts.allInnerTexts()).map((part) => part.trim());
		expect(taps).toBeLessThan(4);
		await desk.getByRole('button', { name: 'Done' }).click();

		await desk.getByRole('button', { name: 'Open for this lesson' }).click();
		const code = await desk.getByLabel('Code of the class').innerText();
		const one = await atNames(browser, code);
		await picture(one, 'names');
		await one.getByRole('button', { name: 'Gasore Keza' }).tap();
		await picture(one, 'digits');
		await one.getByLabel('Your four digits').fill(pin);
		await expect(one.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await one.context().close();
		const two = await atNames(browser, code);
		await two.getByRole('button', { name: 'Mukamana Ingabire' }).tap();
		await picture(two, 'pictures');
		for (const each of pictures) {
			await two.getByRole('button', { name: each, exact: true }).tap();
		}
		await expect(two.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await two.context().close();
		await desk.context().close();
	});

	await test.step('a guest looks around, and only that', async () => {
		const phone = await phoneOf(browser);
		await phone.goto(`${box.url}/signin`);
		await checkPage(phone, 'sign-in with guests');
		await picture(phone, 'signin');
		await phone.getByRole('button', { name: 'Look around as a guest' }).tap();
		await expect(phone.getByRole('heading', { level: 1 })).toHaveText('Learn');
		await phone.goto(`${box.url}/me`);
		await expect(phone.getByText('You are a guest.')).toBeVisible();
		await expect(phone.getByRole('button', { name: 'Save' })).toHaveCount(0);
		await checkPage(phone, 'a guest');
		await phone.goto(`${box.url}/school`);
		await expect(phone.getByText('This page is not for you')).toBeVisible();
		await phone.getByRole('button', { name: 'Done' }).click();
		await expect(phone.getByRole('button', { name: 'Look around as a guest' })).toBeVisible();
		await phone.context().close();
	});

	expect(faults).toEqual([]);
});

/** A browser of its own, with these arguments beside the usual ones. */
function launch(more: string[]): Promise<Browser> {
	const { launchOptions } = test.info().project.use;
	return chromium.launch({
		...launchOptions,
		args: [...(launchOptions?.args ?? []), ...more],
	});
}

async function phoneOf(browser: Browser): Promise<Page> {
	const context = await browser.newContext({ locale: 'en-GB', viewport: PHONE, hasTouch: true });
	return await context.newPage();
}

/** A phone before the names of a class. */
async function atNames(browser: Browser, code: string): Promise<Page> {
	const phone = await phoneOf(browser);
	await phone.goto(`${box.url}/signin/class`);
	await picture(phone, 'class-code');
	await phone.getByLabel('Code of the class').fill(code);
	await phone.getByRole('button', { name: 'Next' }).click();
	await expect(phone.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
	return phone;
}

/** For people to look at, when a folder for it is named. */
async function picture(page: Page, name: string): Promise<void> {
	const out = process.env.BWENGE_PICTURES;
	if (!out) return;
	for (const [where, size] of Object.entries({
		phone: PHONE,
		laptop: { width: 1280, height: 800 },
	})) {
		await page.setViewportSize(size);
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme });
			await page.waitForTimeout(400);
			await page.screenshot({ path: `${out}/${name}-${where}-${colorScheme}.png`, fullPage: true });
		}
	}
	await page.emulateMedia({ colorScheme: 'light' });
	await page.setViewportSize(PHONE);
}
