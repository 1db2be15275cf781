import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const box = process.env.BWENGE_URL ?? 'http://127.0.0.1:8080';

/**
 * Svelte's error messages are links to its site. The box has no internet, and a scan of the build
 * refuses outside addresses, so only the name of the error stays.
 */
const offlineErrors: Plugin = {
	name: 'offline-errors',
	renderChunk: (code) =>
		code.includes('https://svelte.dev/e/')
			? { code: code.replaceAll('https://svelte.dev/e/', 'svelte: '), map: null }
			: null,
};

export default defineConfig(({ mode }) => ({
	plugins: [sveltekit(), offlineErrors],
	build: {
		// The oldest browsers we promise. This lowers syntax; `$lib/polyfills` adds what is missing.
		target: ['chrome87', 'safari14'],
		cssTarget: ['chrome87', 'safari14'],
		rollupOptions: {
			// Dozens of tiny chunks cost more in requests than they save in bytes.
			output: {
				experimentalMinChunkSize: 12_000,
				// A tiny one would go to whichever page comes first, which is not to wait for these; or it
				// would go to these, and every page would fetch a second language for it.
				manualChunks: (id) => {
					const [, later, language] = /\/i18n\/messages\/(later\/)?(\w+)\.ts$/.exec(id) ?? [];
					return language && `${later ? 'later' : 'words'}-${language}`;
				},
			},
		},
	},
	server: { proxy: { '/api': { target: box, ws: true } } },
	// Unit tests of state classes need the browser build of Svelte, where runes are live.
	...(mode === 'test' ? { resolve: { conditions: ['browser'] } } : {}),
	test: {
		include: ['src/**/*.test.ts'],
		environment: 'happy-dom',
		restoreMocks: true,
	},
}));
