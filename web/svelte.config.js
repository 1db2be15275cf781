import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	kit: {
		// The box serves these files from its own binary; unknown paths get index.html.
		adapter: adapter({ fallback: 'index.html', precompress: true, strict: true }),
		// The server sends the same policy as a header; the hash of the one inline start-up
		// script is only known here, so it travels in a <meta>.
		csp: {
			mode: 'hash',
			directives: {
				'default-src': ['self'],
				'script-src': ['self'],
				'style-src': ['self', 'unsafe-inline'],
				'object-src': ['none'],
				'base-uri': ['none'],
				'form-action': ['self'],
				'img-src': ['self', 'data:'],
				'connect-src': ['self'],
			},
		},
		// Relative paths would break deep links answered by the fallback page.
		paths: { relative: false },
		output: { preloadStrategy: 'modulepreload' },
		typescript: {
			config: (config) => {
				config.include.push('../e2e/**/*.ts', '../scripts/**/*.mjs', '../*.config.*');
				return config;
			},
		},
	},
};
