import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const installed = '/usr/bin/chromium';
/** Without one of these, Playwright's own browser. */
const chromium =
	process.env.CHROMIUM ||
	process.env.BWENGE_CHROMIUM ||
	(existsSync(installed) ? installed : undefined);

export default defineConfig({
	testDir: 'e2e',
	outputDir: 'e2e/.out',
	// Real models on two cores: one journey at a time, with patience.
	workers: 1,
	fullyParallel: false,
	timeout: 20 * 60_000,
	expect: { timeout: 20_000 },
	forbidOnly: Boolean(process.env.CI),
	reporter: [['list']],
	use: {
		browserName: 'chromium',
		locale: 'en-GB',
		launchOptions: {
			...(chromium ? { executablePath: chromium } : {}),
			args: [
				'--no-sandbox',
				'--disable-quic',
				'--disable-background-networking',
				'--no-first-run',
				'--disable-component-update',
				'--disable-sync',
			],
		},
		screenshot: 'only-on-failure',
		trace: 'retain-on-failure',
	},
});
