/** Looks for accessibility faults on the page as it stands, in both themes and at both sizes. */

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const SIZES = [
	{ width: 360, height: 640 },
	{ width: 1280, height: 800 },
] as const;

export async function checkPage(page: Page, name: string): Promise<void> {
	const before = page.viewportSize();
	for (const size of SIZES) {
		await page.setViewportSize(size);
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
			// The new colours are there after the next frame.
			await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
			const where = `${name}, ${size.width} px, ${colorScheme}`;
			const { violations } = await new AxeBuilder({ page }).analyze();
			const grave = violations
				.filter(({ impact }) => impact === 'serious' || impact === 'critical')
				.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
			expect(grave, where).toEqual([]);
			const sideways = await page.evaluate(
				() => document.documentElement.scrollWidth - document.documentElement.clientWidth,
			);
			expect(sideways, `${where}: sideways scrolling`).toBeLessThanOrEqual(0);
		}
	}
	await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
	if (before) await page.setViewportSize(before);
}
