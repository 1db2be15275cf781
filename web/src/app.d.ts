// Types SvelteKit lets an application extend.
declare global {
	namespace App {
		interface Error {
			/** The stable problem code, see `$lib/api/problem`. */
			code?: string;
			message: string;
		}
	}
}

export {};
