/**
 * A photograph of a blackboard becomes a lesson: uploaded, described, asked about, and seen in the
 * citation; and on a phone, a cited page of a PDF opens as a picture.
 */

import { fileURLToPath } from 'node:url';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { openSchool } from './support/school';

const BOARD = fileURLToPath(new URL('../../tests/it/fixtures/lessons/board.jpg', import.meta.url));
const SHOWN =
	'Water rises from the lake by evaporation, becomes clouds over the hills and falls as rain.';
const QUESTION = 'What falls as rain over the hills?';
const READY_MS = 3 * 60_000;

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

test('a picture is described, found and cited; a page is seen on a phone', async ({ page }) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	await openSchool(page, box, ['photosynthesis.pdf']);

	await test.step('upload a picture', async () => {
		await page.goto(`${box.url}/lessons`);
		await page.getByTestId('file-picker').setInputFiles(BOARD);
		const card = page.getByRole('article').filter({ hasText: 'Board' });
		await expect(card.getByText('Needs a description')).toBeVisible({ timeout: READY_MS });
		await expect(
			card.getByText('Describe this picture so that the tutor can use it.'),
		).toBeVisible();
		await isSeen(card.locator('img'));
		await isSeen(page.getByRole('article').filter({ hasText: 'Photosynthesis' }).locator('img'));
		await checkPage(page, 'library with posters');
	});

	await test.step('describe it', async () => {
		await page.getByRole('link', { name: 'Board' }).click();
		await isSeen(page.getByRole('img', { name: 'Board' }));
		await checkPage(page, 'a picture without words');
		await page.getByRole('button', { name: 'Describe the picture' }).click();
		const words = page.getByLabel('What the picture shows');
		await expect(words).toBeFocused();
		await page.keyboard.press('Control+Enter');
		await expect(page.getByText('Write what the picture shows.')).toBeVisible();
		await words.fill(SHOWN);
		await checkPage(page, 'describing a picture');
		await words.focus();
		await page.keyboard.press('Control+Enter');
		await expect(page.getByText('Saved. The tutor has your description.')).toBeVisible();
		await isSeen(page.getByRole('img', { name: SHOWN }));
		await expect(page.getByRole('link', { name: 'Ask about this lesson' })).toBeVisible({
			timeout: READY_MS,
		});
		await checkPage(page, 'a described picture');
	});

	await test.step('take the words back, and undo that', async () => {
		await page.getByRole('button', { name: 'Remove the description' }).click();
		await expect(page.getByRole('button', { name: 'Describe the picture' })).toBeVisible();
		await page.getByRole('button', { name: 'Undo' }).last().click();
		await expect(page.getByRole('button', { name: 'Change the description' })).toBeVisible();
		await expect.poll(() => found(page, QUESTION), { timeout: READY_MS }).toContain(SHOWN);
	});

	await test.step('ask, and see it in the citation', async () => {
		await page.goto(`${box.url}/ask`);
		await page.getByRole('textbox', { name: 'Your question' }).fill(QUESTION);
		await page.getByRole('button', { name: 'Send' }).click();
		await expect(page.getByText(/^Found \d+ places?/)).toBeVisible({ timeout: 60_000 });
		await expect(page.getByRole('button', { name: 'Copy' })).toBeVisible({ timeout: READY_MS });
		const passages = page.getByRole('region', { name: 'Places in the lessons' });
		await passages.getByRole('button', { name: /evaporation/ }).click();
		const source = page.getByTestId('source');
		await isSeen(source.getByRole('img'));
		await source.getByRole('link', { name: 'See it in the lesson' }).click();
		await expect(page).toHaveURL(/\/read\?at=1&/);
		await isSeen(page.getByRole('img', { name: SHOWN }));
		await expect(page.locator('main mark').first()).toContainText('Water rises');
		await checkPage(page, 'a cited picture');
	});

	await test.step('a cited page on a phone', async () => {
		await page.setViewportSize({ width: 360, height: 640 });
		await page.goto(`${box.url}/lessons?q=chloroplasts`);
		await page.locator('main a', { hasText: 'chloroplast' }).first().click();
		await expect(page.locator('main mark').first()).toBeInViewport();
		await page.getByRole('link', { name: 'See the page' }).click();
		const number = Number(/at=(\d+)/.exec(page.url())?.[1]);
		const picture = page.getByRole('img', {
			name: `Page ${number} of Photosynthesis as a picture`,
		});
		await isSeen(picture);
		await expect(picture).toBeInViewport();
		expect(await picture.evaluate((img: HTMLImageElement) => img.currentSrc)).toContain('width=');
		await checkPage(page, 'a cited page as a picture');
		await page.getByRole('link', { name: 'Next' }).click();
		await isSeen(
			page.getByRole('img', { name: `Page ${number + 1} of Photosynthesis as a picture` }),
		);
	});

	await test.step('a page that does not come is said and tried again', async () => {
		await page.route('**/picture?*', (route) => route.abort());
		await page.reload();
		const again = page.getByRole('button', { name: 'Try again' });
		await page.getByRole('link', { name: 'See the page' }).click();
		await expect(again).toBeVisible();
		await expect(page.getByText('The picture did not come.')).toBeVisible();
		await checkPage(page, 'a page that did not come');
		await page.unroute('**/picture?*');
		await again.click();
		await isSeen(page.locator('#the-page img'));
	});

	await test.step('check a page beside its picture', async () => {
		await page.setViewportSize({ width: 1280, height: 800 });
		await page.goto(page.url().replace(/\/read.*/, '/check?at=2'));
		await isSeen(page.getByRole('img', { name: 'Page 2 of Photosynthesis as a picture' }));
		await checkPage(page, 'checking beside the picture');
	});

	expect(faults).toEqual([]);
});

/** It came and has pixels. */
async function isSeen(picture: Locator): Promise<void> {
	await picture.scrollIntoViewIfNeeded();
	await expect
		.poll(() => picture.evaluate((img: HTMLImageElement) => img.complete && img.naturalWidth), {
			timeout: 30_000,
		})
		.toBeGreaterThan(50);
}

async function found(page: Page, question: string): Promise<string> {
	const q = encodeURIComponent(question);
	const answer = await page.request.get(`${box.url}/api/v1/knowledge/search?q=${q}`);
	return JSON.stringify(await answer.json());
}
