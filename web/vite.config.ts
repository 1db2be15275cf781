import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

const box = process.env.BWENGE_URL ?? 'http://127.0.0.1:8080';

export default defineConfig(({ mode }) => ({
	plugins: [sveltekit()],
	// The oldest browsers we promise: see peers of the same field and `docs` of the project.
	build: { target: ['chrome87', 'safari14'], cssTarget: ['chrome87', 'safari14'] },
	server: { proxy: { '/api': { target: box, ws: true } } },
	// Unit tests of state classes need the browser build of Svelte, where runes are live.
	...(mode === 'test' ? { resolve: { conditions: ['browser'] } } : {}),
	test: {
		include: ['src/**/*.test.ts'],
		environment: 'happy-dom',
		restoreMocks: true,
	},
}));
