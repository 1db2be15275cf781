/** The sticks of the box and the copies from them, looked at again while somebody watches. */

import { Problem, sticks as api, type Stick, type StickCopy } from '$lib/api';

/** While something is copied, and otherwise: a stick appears without a reload. */
const BUSY_MS = 1500;
const CALM_MS = 6000;

export class Sticks {
	sticks = $state.raw<Stick[] | null>(null);
	copies = $state.raw<StickCopy[]>([]);
	problem = $state.raw<Problem | null>(null);
	#timer: ReturnType<typeof setTimeout> | undefined;
	#watched = true;

	get copying(): boolean {
		return this.copies.some((copy) => copy.running);
	}

	/** Until the answer is called. */
	watch(): () => void {
		void this.#look();
		return () => {
			this.#watched = false;
			clearTimeout(this.#timer);
		};
	}

	async load(): Promise<void> {
		try {
			[this.sticks, this.copies] = await Promise.all([api.list(), api.copies()]);
			this.problem = null;
		} catch (error) {
			this.problem = Problem.from(error);
		}
	}

	async #look(): Promise<void> {
		if (document.visibilityState === 'visible') await this.load();
		if (!this.#watched) return;
		this.#timer = setTimeout(() => void this.#look(), this.copying ? BUSY_MS : CALM_MS);
	}
}
