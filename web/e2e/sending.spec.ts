/**
 * Files on their way to the box while everything goes wrong: the connection is lost, the box is
 * killed and started again, the page is reloaded. And files that come on a stick instead.
 */

import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { checkPage } from './support/axe';
import { startBox, type Box } from './support/box';
import { openSchool } from './support/school';

const READY_MS = 2 * 60_000;

const lesson = readFileSync(
	fileURLToPath(new URL('../../tests/it/fixtures/lessons/photosynthesis.pdf', import.meta.url)),
);

/** A lesson of this many megabytes that is different from others: long to send, quick to read. */
const file = (name: string, megabytes: number) => ({
	name,
	mimeType: 'application/pdf',
	buffer: Buffer.concat([lesson, Buffer.alloc(megabytes << 20, '\n'), Buffer.from(`% ${name}`)]),
});

let box: Box;
let folder: string;

test.beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'bwenge-stick-'));
	const stick = join(folder, 'LESSONS');
	await mkdir(join(stick, 'Biology', 'Birds'), { recursive: true });
	await writeFile(join(stick, 'Biology', 'bees.txt'), 'Bees make honey.');
	await writeFile(join(stick, 'Biology', 'Birds', 'herons.txt'), 'Herons eat fish.');
	await writeFile(join(stick, 'Biology', 'game.exe'), 'MZ');
	await writeFile(join(stick, 'a very long name '.repeat(8) + '.txt'), 'Cranes dance.');
	await writeFile(join(stick, 'empty.pdf'), '');
	box = await startBox({ STICK_FOLDERS: stick });
});
test.afterAll(async () => {
	await box?.stop();
	await rm(folder, { recursive: true, force: true });
});

/** Makes the network of a page slow, so that there is time to disturb it, and cuts it. */
async function slowNetwork(page: Page): Promise<(cut: boolean) => Promise<void>> {
	const client = await page.context().newCDPSession(page);
	await client.send('Network.enable');
	const set = async (offline: boolean) => {
		await client.send('Network.emulateNetworkConditions', {
			offline,
			latency: 5,
			downloadThroughput: -1,
			uploadThroughput: 3 << 20,
		});
	};
	await set(false);
	return set;
}

test('uploads survive whatever happens, and a stick is copied', async ({ page }) => {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	await openSchool(page, box, []);
	await page.goto(`${box.url}/lessons`);
	const tray = page.getByRole('region', { name: 'Uploads' });
	const bar = (name: string) => tray.getByRole('progressbar', { name });
	const past = (name: string, percent: number) =>
		expect
			.poll(async () => Number(await bar(name).getAttribute('aria-valuenow')), { timeout: 60_000 })
			.toBeGreaterThanOrEqual(percent);
	const picker = page.getByTestId('file-picker');

	await test.step('offline and online again', async () => {
		const cut = await slowNetwork(page);
		await picker.setInputFiles([file('first.pdf', 12), file('second.pdf', 1)]);
		await past('first.pdf', 10);
		await cut(true);
		await expect(tray.getByText('Connection lost')).toBeVisible({ timeout: 30_000 });
		await cut(false);
		await expect(tray.getByText('Uploads finished')).toBeVisible({ timeout: 90_000 });
		await expect(tray.getByText('✓')).toHaveCount(2);
		await tray.getByRole('button', { name: 'Close' }).click();
	});

	await test.step('the box loses power and comes back', async () => {
		await picker.setInputFiles(file('third.pdf', 24));
		await past('third.pdf', 40);
		await box.cutPower();
		await expect(tray.getByText('Connection lost')).toBeVisible({ timeout: 30_000 });
		await checkPage(page, 'library, the box is gone');
		await box.again();
		await expect(tray.getByText('Uploads finished')).toBeVisible({ timeout: 90_000 });
		await tray.getByRole('button', { name: 'Close' }).click();
	});

	await test.step('a reload goes on once the same file is chosen', async () => {
		let announced = 0;
		page.on('request', (request) => {
			if (request.method() === 'POST' && request.url().endsWith('/knowledge/uploads')) announced++;
		});
		// On the disk, where it keeps the time of its last change.
		const fourth = join(folder, 'fourth.pdf');
		await writeFile(fourth, file('fourth.pdf', 24).buffer);
		await picker.setInputFiles(fourth);
		await past('fourth.pdf', 40);
		await page.reload();
		await picker.setInputFiles(fourth);
		await expect(tray.getByText('Uploads finished')).toBeVisible({ timeout: 90_000 });
		expect(announced).toBe(1);
		await tray.getByRole('button', { name: 'Close' }).click();
		await expect(page.getByRole('article')).toHaveCount(4);
	});

	await test.step('copy from a stick', async () => {
		await page.getByRole('link', { name: 'From a USB stick' }).click();
		await expect(page.getByRole('checkbox', { name: /Biology/ })).toBeVisible();
		await checkPage(page, 'stick, uppermost folder');
		await expect(page.getByRole('checkbox', { name: /empty\.pdf/ })).toBeDisabled();
		await page.getByRole('button', { name: 'Open Biology' }).click();
		await expect(page.getByText('game.exe')).toBeVisible();
		await checkPage(page, 'stick, folder');
		await page.getByRole('button', { name: 'Up one folder' }).click();
		await page.getByRole('checkbox', { name: /Biology/ }).check();
		await page.getByRole('checkbox', { name: /a very long name/ }).check();
		await page.getByRole('button', { name: 'Look at 2 choices' }).click();
		await expect(page.getByText('3 new files')).toBeVisible();
		await expect(page.getByText('1 file stays on the stick:')).toBeVisible();
		await page.getByLabel('Subject of all of them').fill('Biology');
		await checkPage(page, 'stick, plan');
		await page.getByRole('button', { name: 'Copy 3 files' }).click();
		await expect(page.getByText('3 lessons added')).toBeVisible({ timeout: READY_MS });
		await checkPage(page, 'stick, copied');
		await page.getByRole('link', { name: 'Lessons' }).first().click();
		await expect(page.getByRole('article')).toHaveCount(7);
		await page.goto(`${box.url}/box`);
		await expect(page.getByText(/7 lessons are here/)).toBeVisible();
		await checkPage(page, 'box, room for lessons');
	});

	await test.step('a whole folder', async () => {
		const chosen = join(folder, 'Chemistry');
		await mkdir(join(chosen, 'Metals'), { recursive: true });
		await writeFile(join(chosen, 'salt.txt'), 'Salt dissolves in water.');
		await writeFile(join(chosen, 'Metals', 'iron.txt'), 'Iron rusts.');
		await writeFile(join(chosen, 'Metals', '.notes.txt'), 'Of the system, not of a teacher.');
		await writeFile(join(chosen, 'game.exe'), 'MZ');
		await page.goto(`${box.url}/lessons`);
		await expect(page.getByRole('button', { name: 'Upload a folder' })).toBeVisible();
		await page.getByTestId('folder-picker').setInputFiles(chosen);
		await expect(tray.getByText('Uploads finished')).toBeVisible({ timeout: 90_000 });
		await expect(tray.getByText('✓')).toHaveCount(2);
		await expect(page.getByRole('article')).toHaveCount(9);
	});
	expect(faults).toEqual([]);
});
