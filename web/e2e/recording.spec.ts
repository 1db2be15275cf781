/**
 * The player beside the words of a recording. The box's answers about it are fake: what is looked at
 * is the page, which plays, marks what is heard and makes captions of the words.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page, type Route } from '@playwright/test';
import type { Lesson, LessonText, Section } from '../src/lib/api/types';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { openSchool } from './support/school';

const SOUND = readFileSync(
	fileURLToPath(new URL('../../tests/it/fixtures/speech/inaugural-1961.wav', import.meta.url)),
);
const SAID = ['The sun warms the lake.', 'Water turns into vapour.', 'Clouds bring rain.'];
/** Each is said in so many milliseconds. */
const EACH_MS = 700;

let box: Box;

test.beforeAll(async () => {
	test.setTimeout(3 * 60_000);
	box = await startBox();
});

test.afterAll(async () => box?.stop());

test('a recording plays from the words that are chosen', async ({ page }) => {
	await openSchool(page, box, ['photosynthesis.pdf']);
	const list = await page.request.get(`${box.url}/api/v1/knowledge`);
	const { lessons } = (await list.json()) as { lessons: Lesson[] };
	const [lesson] = lessons;
	if (!lesson) throw new Error('the school has a lesson');
	await fakeRecording(page, lesson);
	const moment = (number: number) => page.locator(`#moment-${number}`);
	const player = page.locator('audio');
	const at = () => player.evaluate((audio: HTMLAudioElement) => audio.currentTime * 1000);

	await test.step('a teacher hears what is read', async () => {
		await page.goto(`${box.url}/lessons/${lesson.id}/check`);
		await expect(moment(3)).toContainText('Clouds bring rain.');
		const captions = () =>
			player.evaluate((audio: HTMLAudioElement) =>
				[...(audio.textTracks[0]?.cues ?? [])].map((cue) => (cue as VTTCue).text),
			);
		await expect.poll(captions).toEqual(SAID);
		await checkPage(page, 'checking a recording');
		await page.setViewportSize({ width: 1280, height: 800 });
		await moment(2).getByRole('button', { name: 'Play from 0:00' }).click();
		await expect(moment(2)).toHaveAttribute('aria-current', 'true');
		await expect(moment(1)).not.toHaveAttribute('aria-current', 'true');
		await expect.poll(at).toBeGreaterThanOrEqual(EACH_MS);
	});

	await test.step('a citation opens where it is said', async () => {
		const quote = encodeURIComponent(SAID[2] ?? '');
		await page.goto(`${box.url}/lessons/${lesson.id}/read?at=3&quote=${quote}#moment-3`);
		await expect(moment(3).locator('mark')).toHaveText(SAID[2] ?? '');
		await expect.poll(at).toBeGreaterThanOrEqual(2 * EACH_MS - 50);
		await checkPage(page, 'a cited moment');
	});
});

/** Answers about this lesson as if it were a recording with these words. */
async function fakeRecording(page: Page, lesson: Lesson): Promise<void> {
	const recording = { ...lesson, page_kind: 'moment', format: 'wav' } as unknown as Lesson;
	const sections: Section[] = SAID.map((text, index) => ({
		anchor: {
			kind: 'moment',
			number: index + 1,
			label: null,
			time: { start_ms: index * EACH_MS, end_ms: (index + 1) * EACH_MS },
		},
		key: `moment ${index}`,
		excluded: false,
		blocks: [{ key: `said ${index}`, kind: 'paragraph', level: 0, text, excluded: false }],
	}));
	const text: LessonText = { lesson: recording, total: 3, sections, changed: [], stale: [] };
	await page.route(`**/knowledge/${lesson.id}/text*`, (route) => route.fulfill({ json: text }));
	await page.route(`**/knowledge/${lesson.id}/original*`, sound);
}

/** The sound, in stretches as browsers ask for it. */
function sound(route: Route): Promise<void> {
	const range = /bytes=(\d+)-(\d*)/.exec(route.request().headers().range ?? '');
	const from = Number(range?.[1] ?? 0);
	const to = range?.[2] ? Number(range[2]) : SOUND.length - 1;
	return route.fulfill({
		status: 206,
		contentType: 'audio/wav',
		headers: {
			'accept-ranges': 'bytes',
			'content-range': `bytes ${from}-${to}/${SOUND.length}`,
		},
		body: SOUND.subarray(from, to + 1),
	});
}
