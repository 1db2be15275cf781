/**
 * Thirty pupils ask at once, each something else about the same two lessons, and one more asks on
 * a phone: the places come at once, the place in line counts down, the answer has its source, and
 * the same question asked again is answered from what the class was told.
 */

import { expect, test, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { Pupil, type Heard } from './support/pupil';
import { openSchool, type School } from './support/school';

/** Fewer than the box would write side by side, so that a class of small answers has to wait. */
const ROWS = 8;
const QUESTION = 'What is the second stage of photosynthesis called?';
const PHONE = { width: 360, height: 640 };
const LAPTOP = { width: 1280, height: 800 };
const PASSWORD = 'igiti amazi izuba';
const LATEST_MS = 4 * 60_000;
/** Search waits for its turn behind thirty others on two busy cores. */
const SOON_MS = 5_000;
const AT_ONCE_MS = 2_000;

const QUESTIONS = [
	'What is photosynthesis?',
	'Why are plants called producers?',
	'What do stomata do?',
	'What does xylem carry?',
	'What does phloem carry?',
	'Why do leaves look green?',
	'What is chlorophyll?',
	'Where does the Calvin cycle happen?',
	'What is rubisco?',
	'What is a limiting factor?',
	'What happens to enzymes above 40 degrees?',
	'Why do leaves turn yellow without magnesium?',
	'What colour is iodine when starch is present?',
	'Why is ethanol dangerous near a flame?',
	'Which cells hold the most chloroplasts?',
	'What do guard cells do?',
	'What is the water cycle?',
	'What drives the water cycle?',
	'How much of the water on Earth is salt water?',
	'What is evaporation?',
	'What is transpiration?',
	'What is condensation?',
	'What is fog?',
	'What does a cirrus cloud look like?',
	'What is precipitation?',
	'When are the long rains in Rwanda?',
	'How is rainfall measured?',
	'What is runoff?',
	'What is an aquifer?',
	'How do terraces stop erosion?',
];

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox({ ROWS: String(ROWS) });
});

test.afterAll(async () => box?.stop());

test('a class asks at once, and everybody knows their place', async ({ page, browser }) => {
	const school = await openSchool(page, box, ['photosynthesis.pdf', 'water-cycle.docx']);
	const pupils = await test.step('thirty pupils arrive', () => arrive(school));
	const context = await browser.newContext({ viewport: PHONE, locale: 'en-GB' });
	const phone = await context.newPage();
	const faults: string[] = [];
	phone.on('pageerror', (error) => faults.push(error.message));
	await signIn(school, phone);

	const answers = pupils.map((pupil, n) => pupil.ask(QUESTIONS[n] ?? '', LATEST_MS));
	// A failed one is looked at below; until then it must not end the test.
	const ends = Promise.allSettled(answers);

	await test.step('on the phone: the places at once, then the place in line', async () => {
		await watch(phone);
		await ask(phone);
		await expect(phone.getByText(/^Found \d+ places?/)).toBeVisible({ timeout: SOON_MS });
		await expect(phone.getByText(/^You are number \d+ in line\.$/)).toBeInViewport();
		await expect(phone.getByText(/^About \d+ (second|minute)s?$/)).toBeInViewport();
		await expect(phone.getByTestId('answer')).toHaveCount(0);
		await picture(phone, 'waiting');
		await waitInEveryLanguage(phone);
		await checkPage(phone, 'waiting in line');
	});

	await test.step('the answer, with its source', async () => {
		await finished(phone);
		await expect(phone.getByText(/^You are number/)).toHaveCount(0);
		const answer = phone.getByTestId('answer');
		await expect(answer.getByRole('button', { name: /^Source \d/ }).first()).toBeVisible();
		await expect(phone.getByText('Answered before for your class')).toHaveCount(0);
		await checkPage(phone, 'the answer after waiting');
	});

	await test.step('what the phone showed, in order', async () => {
		const seen = await seenOn(phone);
		expect(seen.places).toBeLessThan(SOON_MS);
		expect(seen.places).toBeLessThan(seen.firstWord);
		const positions = seen.queue.map(({ position }) => position);
		expect(positions.length).toBeGreaterThan(1);
		expect(positions).toEqual([...positions].sort((a, b) => b - a));
		expect(new Set(positions).size).toBe(positions.length);
		expect(seen.estimates.length).toBeGreaterThan(1);
	});

	await test.step('all thirty came to an end', async () => {
		const heard = (await ends).map((end) => {
			if (end.status === 'rejected') throw end.reason as Error;
			return end.value;
		});
		for (const one of heard) checkHeard(one);
		const waited = heard.filter(({ queue }) => queue.length > 0);
		expect(waited.length, 'pupils who had to wait').toBeGreaterThan(ROWS);
	});

	await test.step('the same again is there at once, and says why', async () => {
		const before = await phone.getByTestId('answer').innerText();
		await watch(phone);
		await ask(phone);
		await finished(phone);
		await expect(phone.getByText('Answered before for your class')).toBeVisible();
		expect(await phone.getByTestId('answer').innerText()).toBe(before);
		const seen = await seenOn(phone);
		expect(seen.firstWord).toBeLessThan(AT_ONCE_MS);
		expect(seen.queue).toEqual([]);
		await picture(phone, 'given-again');
		await checkPage(phone, 'an answer given again');
		const [classmate] = pupils;
		const theirs = await classmate?.ask(QUESTION, LATEST_MS);
		expect(theirs?.message.origin).toBe('class');
		expect(theirs?.ended).toBeLessThan(AT_ONCE_MS);
	});

	expect(faults).toEqual([]);
	for (const pupil of pupils) pupil.leave();
	await context.close();
});

/** Accounts from the administrator, and a line to the box for each. */
async function arrive(school: School): Promise<Pupil[]> {
	const people = QUESTIONS.map((_, n) => ({
		name: `Pupil ${n + 1}`,
		username: `pupil${n + 1}`,
		password: PASSWORD,
	}));
	const pupils: Pupil[] = [];
	for (const who of people) {
		await join(school, who);
		pupils.push(await Pupil.arrive(box, school.tutor, who));
	}
	return pupils;
}

async function join(school: School, who: { name: string; username: string; password: string }) {
	const made = await school.post('/users', {
		...who,
		role: 'learner',
		age: '16_or_over',
		language: 'en',
	});
	expect(made.status()).toBe(201);
}

/** The thirty-first pupil, on a phone. */
async function signIn(school: School, phone: Page): Promise<void> {
	const who = { name: 'Mugisha', username: 'mugisha', password: PASSWORD };
	await join(school, who);
	const signedIn = await phone.request.post(`${box.url}/api/v1/auth/login`, {
		data: { username: who.username, password: who.password },
		headers: { origin: box.url },
	});
	expect(signedIn.status()).toBe(200);
	await phone.goto(`${box.url}/ask`);
	await expect(phone.getByRole('textbox', { name: 'Your question' })).toBeVisible();
}

async function ask(phone: Page): Promise<void> {
	await phone.getByRole('textbox', { name: 'Your question' }).fill(QUESTION);
	await phone.getByRole('button', { name: 'Send' }).click();
}

async function finished(phone: Page): Promise<void> {
	await expect(phone.getByRole('button', { name: 'Copy' })).toBeVisible({ timeout: LATEST_MS });
}

/** The place in line has room on a phone, whatever the language. */
async function waitInEveryLanguage(phone: Page): Promise<void> {
	const language = phone.getByRole('combobox').first();
	for (const [code, words] of [
		['rw', /^Uri uwa \d+ ku murongo\.$/],
		['fr', /^Tu es numéro \d+ dans la file\.$/],
		['sw', /^Wewe ni wa \d+ kwenye foleni\.$/],
		['en', /^You are number \d+ in line\.$/],
	] as const) {
		await language.selectOption(code);
		await expect(phone.getByText(words)).toBeInViewport();
		const page = phone.locator('html');
		const sideways = await page.evaluate((html) => html.scrollWidth - html.clientWidth);
		expect(sideways, code).toBeLessThanOrEqual(0);
	}
}

/** Every pupil saw places before words, and an end that the box stands by. */
function checkHeard({ question, passages, firstWord, queue, message }: Heard): void {
	expect(passages, question).toBeLessThan(SOON_MS);
	expect(passages, question).toBeLessThan(firstWord ?? Infinity);
	expect(['complete', 'refused', 'busy'], question).toContain(message.status);
	if (message.status === 'busy') expect(message.code, question).toBe('queue_full');
	if (message.status === 'complete') expect(message.text, question).not.toBe('');
	const positions = queue.map(({ position }) => position);
	expect(positions, question).toEqual([...positions].sort((a, b) => b - a));
}

interface Seen {
	/** Milliseconds from the press on Send; infinite if it was not seen. */
	places: number;
	firstWord: number;
	queue: { at: number; position: number }[];
	/** Words about the time to wait, as they changed. */
	estimates: string[];
}

/** Opens an empty chat in which the page notes by itself when what appears; polling would miss some. */
async function watch(phone: Page): Promise<void> {
	await phone.goto(`${box.url}/ask`);
	await expect(phone.getByRole('textbox', { name: 'Your question' })).toBeVisible();
	await phone.evaluate(() => {
		const seen: { [key: string]: unknown } & {
			places: number | null;
			firstWord: number | null;
			queue: { at: number; position: number }[];
			estimates: string[];
		} = { places: null, firstWord: null, queue: [], estimates: [] };
		let since = 0;
		const look = () => {
			const at = performance.now() - since;
			if (document.querySelector('section[aria-label="Places in the lessons"]')) seen.places ??= at;
			if (document.querySelector('[data-testid="answer"]')?.textContent?.trim())
				seen.firstWord ??= at;
			const status = [...document.querySelectorAll('[role="status"]')].find((found) =>
				/^You are number/.test(found.textContent ?? ''),
			);
			if (!status) return;
			const position = Number(/\d+/.exec(status.textContent ?? '')?.[0]);
			if (seen.queue[seen.queue.length - 1]?.position !== position)
				seen.queue.push({ at, position });
			const estimate = status.nextElementSibling?.textContent?.trim() ?? '';
			if (seen.estimates[seen.estimates.length - 1] !== estimate) seen.estimates.push(estimate);
		};
		document.addEventListener('click', () => (since ||= performance.now()), { capture: true });
		new MutationObserver(look).observe(document.body, {
			subtree: true,
			childList: true,
			characterData: true,
		});
		Object.assign(window, { seen });
	});
}

async function seenOn(phone: Page): Promise<Seen> {
	const seen = await phone.evaluate(
		() => (window as unknown as { seen: Seen & { places: number | null } }).seen,
	);
	return { ...seen, places: seen.places ?? Infinity, firstWord: seen.firstWord ?? Infinity };
}

/** For people to look at, when a folder for it is named. */
async function picture(phone: Page, name: string): Promise<void> {
	const folder = process.env.BWENGE_PICTURES;
	if (!folder) return;
	for (const [size, where] of [
		[PHONE, 'phone'],
		[LAPTOP, 'laptop'],
	] as const) {
		await phone.setViewportSize(size);
		for (const colorScheme of ['light', 'dark'] as const) {
			await phone.emulateMedia({ colorScheme });
			// The new colours fade in.
			await phone.waitForTimeout(400);
			await phone.screenshot({ path: `${folder}/${name}-${where}-${colorScheme}.png` });
		}
	}
	await phone.emulateMedia({ colorScheme: 'light' });
	await phone.setViewportSize(PHONE);
}
