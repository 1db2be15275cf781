/**
 * The main job from an empty box to a cited answer, against the real binary with real models:
 * set up, upload, watch, ask, follow a citation, reload in the middle, sign out.
 */

import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';

const fixture = (name: string) =>
	fileURLToPath(new URL(`../../tests/it/fixtures/lessons/${name}`, import.meta.url));

const LESSONS = [
	{
		file: 'photosynthesis.pdf',
		question: 'How do plants make their food?',
		place: /Page \d+/,
		anchor: /#page-\d+$/,
	},
	{
		file: 'water-cycle.docx',
		question: 'What happens to water when the sun warms it?',
		place: /./,
		anchor: /#section-\d+$/,
	},
	{
		file: 'rwanda-history.pptx',
		question: 'What was the king of Rwanda called?',
		place: /Slide \d+/,
		anchor: /#slide-\d+$/,
	},
];

/** A small model on two busy cores: minutes, not seconds. */
const READY_MS = 4 * 60_000;
const ANSWER_MS = 4 * 60_000;

const PASSWORD = 'inzu ikawa umusozi kare';

let box: Box;

test.beforeAll(async () => {
	box = await startBox();
});
test.afterAll(async () => {
	await box?.stop();
});

test('a school is set up, learns three lessons and answers from them', async ({ page }) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));

	await test.step('set up the school', async () => {
		await page.goto(`${box.url}/setup${setupHash(box.log())}`);
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome to Bwenge');
		await checkPage(page, 'set-up, school');
		await page.getByLabel('Name of the school').fill('GS Kimironko');
		await page.getByLabel('Secondary school').check();
		await page.getByRole('button', { name: 'Next' }).click();
		await page.getByLabel('Name', { exact: true }).fill('Head Teacher');
		await page.getByLabel('Username').fill('head');
		await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
		await expect(page.getByText('A strong password.')).toBeVisible();
		await checkPage(page, 'set-up, administrator');
		await page.getByRole('button', { name: 'Next' }).click();
		await page.getByLabel('An empty library').check();
		await checkPage(page, 'set-up, library');
		await page.getByRole('button', { name: 'Open the library' }).click();
		await expect(page.getByRole('heading', { level: 1, name: 'Lessons' })).toBeVisible();
		await expect(page.getByText('No lessons yet')).toBeVisible();
		await checkPage(page, 'library, empty');
	});

	await test.step('upload three lessons and watch them become ready', async () => {
		// The Wi-Fi is gone when the first bytes should leave, until the person notices.
		let gone = true;
		let announced = 0;
		await page.route('**/knowledge/uploads**', (route) => {
			const method = route.request().method();
			if (method === 'POST') announced++;
			return gone && method === 'PATCH' ? route.abort('connectionreset') : route.continue();
		});
		const choose = () =>
			page.getByTestId('file-picker').setInputFiles(LESSONS.map(({ file }) => fixture(file)));
		const tray = page.getByRole('region', { name: 'Uploads' });
		await choose();
		await expect(tray.getByText('Connection lost')).toBeVisible();
		await checkPage(page, 'library, upload interrupted');
		const pause = tray.getByRole('button', { name: 'Pause' }).first();
		await pause.click();
		await expect(tray.getByText('Paused at')).toBeVisible();
		await page.reload();
		await choose();
		await expect(tray.getByText('Connection lost')).toBeVisible();
		gone = false;
		await expect(page.getByText('Uploads finished')).toBeVisible({ timeout: 60_000 });
		// It went on with what it had begun, also after the reload.
		expect(announced).toBe(LESSONS.length);
		await page.unroute('**/knowledge/uploads**');
		await checkPage(page, 'library, working');
		const cards = page.getByRole('article');
		await expect(cards).toHaveCount(LESSONS.length);
		await expect(cards.getByText('Ready', { exact: true })).toHaveCount(LESSONS.length, {
			timeout: READY_MS,
		});
		await page.getByRole('button', { name: 'Close' }).click();
		await checkPage(page, 'library, ready');
	});

	await test.step('hear that a file is there already', async () => {
		const [first] = LESSONS;
		await page.getByTestId('file-picker').setInputFiles(fixture(first?.file ?? ''));
		const tray = page.getByRole('region', { name: 'Uploads' });
		await expect(tray.getByText('This file is already in the library.')).toBeVisible();
		await expect(tray.getByRole('link', { name: 'Open the lesson' })).toBeVisible();
		await checkPage(page, 'library, the same file again');
		await tray.getByRole('button', { name: 'Take off the list' }).click();
		await expect(tray).toBeHidden();
		await expect(page.getByRole('article')).toHaveCount(LESSONS.length);
	});

	await test.step('search inside the lessons', async () => {
		await page.getByRole('searchbox').fill('sunlight leaves');
		await page.getByRole('button', { name: 'Search', exact: true }).click();
		await expect(page.locator('main mark').first()).toBeVisible();
		await checkPage(page, 'search results');
	});

	await test.step('make a tutor', async () => {
		await page.getByRole('link', { name: 'Tutors' }).first().click();
		await checkPage(page, 'tutors, empty');
		await page.getByRole('link', { name: 'New tutor' }).click();
		await page.getByLabel('Name of the tutor').fill('Keza');
		await page.getByLabel('Question 1').fill('How do plants make their food?');
		await checkPage(page, 'new tutor');
		await page.getByRole('button', { name: 'Make the tutor' }).click();
		await expect(page.getByRole('heading', { name: 'Keza' })).toBeVisible();
		await checkPage(page, 'tutors');
	});

	for (const [index, lesson] of LESSONS.entries()) {
		await test.step(`ask about ${lesson.file}`, async () => {
			await page.goto(`${box.url}/ask`);
			if (index === 0) await checkPage(page, 'ask, start');
			await ask(page, lesson.question);
			await expect(page.getByText(/^Found \d+ places?/)).toBeVisible({ timeout: 60_000 });
			if (index === 1) await reloadInTheMiddle(page);
			await expect(page.getByRole('button', { name: 'Copy' })).toBeVisible({
				timeout: ANSWER_MS,
			});
			await expect(page.getByTestId('answer')).not.toBeEmpty();
			if (index === 0) await checkPage(page, 'an answer');
			await followCitation(page, lesson.place, lesson.anchor);
			if (index === 0) await checkPage(page, 'lesson');
		});
	}

	await test.step('the remaining pages', async () => {
		for (const path of ['me', 'school', 'box', 'nothing/here']) {
			await page.goto(`${box.url}/${path}`);
			await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
			await page.waitForLoadState('networkidle');
			await checkPage(page, path);
		}
	});

	await test.step('the tutor engine tells what it did and which models fit', async () => {
		await page.goto(`${box.url}/box`);
		const engine = page.getByRole('region', { name: 'Tutor engine' });
		await expect(engine.getByText('Questions waiting')).toBeVisible();
		await expect(engine.getByText(/^Up to \d+ answers side by side/)).toBeVisible();
		await expect(engine.getByRole('progressbar', { name: 'Memory for writing' })).toBeVisible();
		await engine.getByRole('button', { name: 'Change the model' }).click();
		const dialog = page.getByRole('dialog', { name: 'Which model writes the answers?' });
		await expect(dialog.getByRole('radio', { checked: true })).toBeVisible();
		await expect(dialog.getByRole('button', { name: 'Use this model' })).toBeDisabled();
		await checkPage(page, 'choosing a model');
		await dialog.getByRole('button', { name: 'Cancel' }).click();
		await expect(dialog).toBeHidden();
	});

	await test.step('speak Kinyarwanda, then sign out', async () => {
		await page.goto(`${box.url}/me`);
		await page.getByRole('combobox', { name: 'Language' }).first().selectOption('rw');
		await expect(page.locator('html')).toHaveAttribute('lang', 'rw');
		await page.getByRole('button', { name: 'Sohoka' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Murakaza neza');
		await checkPage(page, 'sign-in');
		await page.goto(`${box.url}/lessons`);
		await expect(page).toHaveURL(/\/signin/);
	});

	expect(faults).toEqual([]);
});

/** The terminal prints a code that only other devices need; the address then carries it. */
function setupHash(log: string): string {
	const code = /\/setup#code=([A-Z0-9-]+)/i.exec(log)?.[1];
	return code ? `#code=${code}` : '';
}

async function ask(page: Page, question: string): Promise<void> {
	await page.getByRole('textbox', { name: 'Your question' }).fill(question);
	await page.getByRole('button', { name: 'Send' }).click();
	await expect(page).toHaveURL(/\/ask\/[0-9a-f-]{36}$/);
}

/** What was written stays, and the rest arrives although the page was away. */
async function reloadInTheMiddle(page: Page): Promise<void> {
	const answer = page.getByTestId('answer');
	await expect(answer).not.toBeEmpty({ timeout: ANSWER_MS });
	await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
	const held = (await answer.innerText()).trim();
	await page.reload();
	await expect(page.getByText(/^Found \d+ places?/)).toBeVisible();
	await expect(answer).toContainText(held.slice(0, 12));
	await expect
		.poll(async () => (await answer.innerText()).length, { timeout: ANSWER_MS })
		.toBeGreaterThan(held.length);
}

async function followCitation(page: Page, place: RegExp, anchor: RegExp): Promise<void> {
	const chip = page
		.getByTestId('answer')
		.getByRole('button', { name: /^Source \d/ })
		.first();
	await expect(chip, 'an answer with a citation').toBeVisible();
	await chip.click();
	const source = page.getByTestId('source');
	await expect(source.getByText(place).first()).toBeVisible();
	await source.getByRole('link', { name: 'See it in the lesson' }).click();
	await expect(page).toHaveURL(anchor);
	await expect(page.locator('main section.target mark').first()).toBeInViewport();
}
