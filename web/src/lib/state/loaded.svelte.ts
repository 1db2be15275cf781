/** Something a page asks the box for: on its way, there, or why it is not. */

import { Problem } from '$lib/api';

export class Loaded<T> {
	value = $state.raw<T | null>(null);
	problem = $state.raw<Problem | null>(null);
	#ask: () => Promise<T>;

	constructor(ask: () => Promise<T>) {
		this.#ask = ask;
	}

	/** What is there stays until the new one is. */
	load = async (): Promise<void> => {
		this.problem = null;
		try {
			this.value = await this.#ask();
		} catch (error) {
			this.problem = Problem.from(error);
		}
	};
}
