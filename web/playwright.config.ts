import { defineConfig } from '@playwright/test';

export default defineConfig({
	testDir: 'e2e',
	outputDir: 'e2e/.out',
	// Real models on two cores: one journey at a time, with patience.
	workers: 1,
	fullyParallel: false,
	timeout: 10 * 60_000,
	expect: { timeout: 20_000 },
	forbidOnly: Boolean(process.env.CI),
	reporter: [['list']],
	use: {
		browserName: 'chromium',
		locale: 'en-GB',
		launchOptions: {
			executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
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
