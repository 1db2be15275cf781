/** A teacher corrects what was read from a PDF; a pupil asks and follows the citation to its page. */

import { expect, test, type Browser, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { openSchool, type School } from './support/school';

const ADDED = 'Farmers in Nyamagabe spread wood ash before they plant.';
const QUESTION = 'What do farmers in Nyamagabe spread before they plant?';
const PUPIL = {
	name: 'Gasore',
	username: 'gasore',
	role: 'learner',
	age: '16_or_over',
	language: 'en',
	password: 'inka ebyiri',
};
const READY_MS = 4 * 60_000;

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

test('a corrected sentence is what tutors and pupils get', async ({ page, browser }) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	const school = await openSchool(page, box, ['photosynthesis.pdf']);
	const text = page.locator('#text-pane');
	const blocks = text.getByTestId('block');
	/** The place of the block that gets another sentence, and what it said before. */
	let before = '';

	await test.step('open the text beside the original', async () => {
		await page.goto(`${box.url}/lessons`);
		await page.getByRole('article').getByRole('link').first().click();
		await details(page);
		await page.getByRole('link', { name: 'Check the text' }).click();
		await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check the text');
		await expect(text.getByText('1 of 5')).toBeVisible();
		await text.getByRole('button', { name: 'Next' }).click();
		await expect(text.getByText('2 of 5')).toBeVisible();
		await expect(page).toHaveURL(/\/check\?at=2$/);
		await checkPage(page, 'checking a text');
	});

	await test.step('correct a block with the keyboard', async () => {
		const block = blocks.last();
		before = (await block.locator('.text').innerText()).trim();
		await block.getByRole('button', { name: 'Correct' }).focus();
		await page.keyboard.press('Enter');
		const words = block.getByLabel('The right words');
		await expect(words).toBeFocused();
		await words.fill(' ');
		await page.keyboard.press('Control+Enter');
		await expect(block.getByText('Write something, or leave it out.')).toBeVisible();
		await page.keyboard.press('Escape');
		await expect(words).toHaveCount(0);
		await expect(block.getByRole('button', { name: 'Correct' })).toBeFocused();
		// A click on the words does the same.
		await block.locator('.text').click();
		await words.fill(`${before} ${ADDED}`);
		// Neither a key nor a slip of the thumb loses what was written.
		await page.keyboard.press('Escape');
		page.once('dialog', (dialog) => void dialog.dismiss());
		await page.getByRole('link', { name: 'Lessons' }).first().click();
		await expect(words).toHaveValue(`${before} ${ADDED}`);
		await checkPage(page, 'correcting a block');
		await words.focus();
		await page.keyboard.press('Control+Enter');
		await expect(page.getByText('Saved. The tutor has your words.')).toBeVisible();
		await expect(block.getByText('Changed')).toBeVisible();
		await expect(block.getByText(/^Read as: /)).toContainText(before.slice(0, 30));
	});

	await test.step('leave a block out, and take it back', async () => {
		const first = blocks.first();
		await first.getByRole('button', { name: 'Leave out' }).click();
		await expect(first.getByText('Left out')).toBeVisible();
		await page.getByRole('button', { name: 'Undo' }).last().click();
		await expect(first.getByRole('button', { name: 'Correct' })).toBeVisible();
		await expect(first.getByText('Left out')).toHaveCount(0);
	});

	await test.step('find what was changed', async () => {
		await page.reload();
		await page.getByRole('button', { name: 'Changed', exact: true }).click();
		await expect(text.getByText('2 of 5')).toBeVisible();
		await expect(text.getByRole('button', { name: 'Next' })).toBeDisabled();
		await expect(blocks.last()).toContainText(ADDED);
		await checkPage(page, 'what was changed');
		await page.getByRole('button', { name: 'With warnings' }).click();
		await expect(text).not.toContainText(ADDED);
	});

	await test.step('leave the cover out', async () => {
		await page.getByRole('button', { name: 'Everything' }).click();
		await expect(text.getByText('1 of 5')).toBeVisible();
		await text.getByRole('button', { name: 'Leave all of it out' }).click();
		await expect(text.getByText('Left out. Tutors and pupils do not get this.')).toBeVisible();
		await checkPage(page, 'a page left out');
	});

	await test.step('a pupil asks and reads the page', () => pupilReads(browser, school));

	expect(faults).toEqual([]);
});

/** Below the text on phones and beside it on laptops. */
async function details(page: Page): Promise<void> {
	const tab = page.getByRole('tab', { name: 'Details' });
	await expect(page.getByRole('heading', { name: 'What the tutor read' }).first()).toBeAttached();
	if (await tab.isVisible()) await tab.click();
}

async function pupilReads(browser: Browser, school: School): Promise<void> {
	expect((await school.post('/users', PUPIL)).status()).toBe(201);
	const context = await browser.newContext({
		locale: 'en-GB',
		viewport: { width: 390, height: 800 },
	});
	const page = await context.newPage();
	const headers = { origin: box.url };
	const { username, password } = PUPIL;
	const signedIn = await page.request.post(`${box.url}/api/v1/auth/login`, {
		data: { username, password },
		headers,
	});
	expect(signedIn.ok()).toBe(true);

	await page.goto(`${box.url}/ask`);
	await page.getByRole('textbox', { name: 'Your question' }).fill(QUESTION);
	await page.getByRole('button', { name: 'Send' }).click();
	const passages = page.getByRole('region', { name: 'Places in the lessons' });
	await expect(page.getByText(/^Found \d+ places?/)).toBeVisible({ timeout: 60_000 });
	await expect(page.getByRole('button', { name: 'Copy' })).toBeVisible({ timeout: READY_MS });
	await expect(passages).toHaveCount(1);
	await passages.getByRole('button', { name: /Nyamagabe/ }).click();
	const source = page.getByTestId('source');
	await expect(source).toContainText(ADDED);
	await source.getByRole('link', { name: 'See it in the lesson' }).click();

	await expect(page).toHaveURL(/\/read\?at=2&quote=.*#page-2$/);
	const cited = page.locator('main section.target');
	await expect(cited.locator('mark').first()).toBeInViewport();
	await expect(cited).toContainText(ADDED);
	await expect(page.locator('main section')).toHaveCount(1);
	await checkPage(page, 'a cited page');
	await page.getByRole('link', { name: 'Previous' }).click();
	// The cover was left out.
	await expect(page.getByText('There is no text here.')).toBeVisible();
	await page.getByRole('link', { name: 'Next' }).click();
	await expect(cited).toContainText(ADDED);
	// What teachers do is not there for pupils.
	await page.goto(page.url().replace(/\/read.*/, '/check'));
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	await expect(page.getByTestId('block')).toHaveCount(0);
	await context.close();
}
