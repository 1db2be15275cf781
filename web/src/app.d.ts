// Types SvelteKit lets an application extend.
declare global {
	namespace App {
		interface Error {
			/** The stable problem code, see `$lib/api/problem`. */
			code?: string;
			message: string;
		}
		interface PageState {
			/** Which step of the set-up shows, so that the browser's own Back goes one step back. */
			step?: 1 | 2 | 3;
		}
	}
}

export {};
