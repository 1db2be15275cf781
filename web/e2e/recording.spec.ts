/**
 * A video becomes a lesson: uploaded, listened to, corrected, asked about, and opened at the
 * second that an answer cites. Real speech model, real player.
 */

import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { openSchool } from './support/school';

const VIDEO = fileURLToPath(
	new URL('../../tests/it/fixtures/recordings/address.webm', import.meta.url),
);
/** The second sentence of the video, which the smallest model does not hear right. */
const RIGHT = 'Plants make sugar from light, water and air.';
const QUESTION = 'What do plants make sugar from?';
/** When it begins, about. */
const SECOND = 12;
const READY_MS = 90_000;

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

test('a video is listened to, corrected and cited at the second', async ({ page }) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	await openSchool(page, box, []);

	await test.step('upload a video and watch it being listened to', async () => {
		await page.goto(`${box.url}/lessons`);
		await page.getByTestId('file-picker').setInputFiles(VIDEO);
		const card = page.getByRole('article');
		await expect(card.getByText('Listening')).toBeVisible({ timeout: READY_MS });
		await expect(card.getByText('Ready', { exact: true })).toBeVisible({ timeout: READY_MS });
		await expect(card.getByText('2 moments')).toBeVisible();
		await checkPage(page, 'library with a video');
	});

	await test.step('correct a sentence beside the player', async () => {
		await page.getByRole('article').getByRole('link').first().click();
		await details(page);
		await page.getByRole('link', { name: 'Check the text' }).click();
		const video = page.locator('video');
		await expect
			.poll(() => video.evaluate((player: HTMLVideoElement) => player.duration))
			.toBeGreaterThan(14);
		const wrong = page.locator('#text-pane').getByTestId('block').last();
		await wrong.getByRole('button', { name: 'Correct' }).click();
		await wrong.getByLabel('The right words').fill(RIGHT);
		await page.keyboard.press('Control+Enter');
		await expect(page.getByText('Saved. The tutor has your words.')).toBeVisible();
		await checkPage(page, 'correcting a video');
		// The captions say so too.
		const cues = () =>
			video.evaluate((player: HTMLVideoElement) =>
				[...(player.textTracks[0]?.cues ?? [])]
					.map((cue) => (cue as VTTCue).text)
					.join(' ')
					.replaceAll('\n', ' '),
			);
		await expect.poll(cues).toContain(RIGHT);
		// Listening anew takes long, so it is asked for twice.
		await page.getByRole('button', { name: 'Listen again' }).click();
		const sure = page.getByRole('dialog', { name: 'Listen to the recording again?' });
		await checkPage(page, 'listening again');
		await sure.getByRole('button', { name: 'Cancel' }).click();
		await expect(sure).toHaveCount(0);
	});

	await test.step('ask, and open the player at the second cited', async () => {
		await indexed(page);
		await page.goto(`${box.url}/ask`);
		await page.getByRole('textbox', { name: 'Your question' }).fill(QUESTION);
		await page.getByRole('button', { name: 'Send' }).click();
		const passages = page.getByRole('region', { name: 'Places in the lessons' });
		await expect(page.getByText(/^Found \d+ places?/)).toBeVisible({ timeout: 60_000 });
		await expect(page.getByRole('button', { name: 'Copy' })).toBeVisible({ timeout: READY_MS });
		await checkPage(page, 'an answer from a video');
		await passages.getByRole('button', { name: /Plants make/ }).click();
		const source = page.getByTestId('source');
		await expect(source).toContainText(RIGHT);
		await source.getByRole('link', { name: 'See it in the lesson' }).click();
		await expect(page).toHaveURL(/\/read\?at=2&/);
		const video = page.locator('video');
		const at = () => video.evaluate((player: HTMLVideoElement) => player.currentTime);
		await expect.poll(at, { timeout: 30_000 }).toBeGreaterThan(SECOND - 2);
		expect(await at()).toBeLessThan(SECOND + 2);
		await checkPage(page, 'a cited moment');
	});

	expect(faults).toEqual([]);
});

/** Below the text on phones and beside it on laptops. */
async function details(page: Page): Promise<void> {
	const tab = page.getByRole('tab', { name: 'Details' });
	await expect(page.getByRole('heading', { name: 'What the tutor read' }).first()).toBeAttached();
	if (await tab.isVisible()) await tab.click();
}

/** The corrected sentence was indexed. */
async function indexed(page: Page): Promise<void> {
	const found = async () => {
		const q = encodeURIComponent(QUESTION);
		const answer = await page.request.get(`${box.url}/api/v1/knowledge/search?q=${q}`);
		return JSON.stringify(await answer.json());
	};
	await expect.poll(found, { timeout: READY_MS }).toContain(RIGHT);
}
