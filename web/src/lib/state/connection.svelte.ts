/** Whether the box answers. While it does not, asks again quietly until it does. */

import { createContext } from 'svelte';
import { onReach } from '$lib/api/client';
import { backoff } from '$lib/utils/backoff';

export class Connection {
	offline = $state(false);
	#timer: ReturnType<typeof setTimeout> | undefined;
	#tries = 0;
	#returned = new Set<() => void>();

	/** Starts listening; the result stops it. */
	watch(): () => void {
		const stop = onReach((reachable) => (reachable ? this.#back() : this.#lost()));
		const online = () => void this.#ask();
		window.addEventListener('online', online);
		return () => {
			stop();
			clearTimeout(this.#timer);
			window.removeEventListener('online', online);
		};
	}

	/** For what failed before this began to watch. */
	suspect(): void {
		this.#lost();
	}

	/** Called each time the box can be reached again. */
	onReturn(listener: () => void): () => void {
		this.#returned.add(listener);
		return () => this.#returned.delete(listener);
	}

	#lost(): void {
		this.offline = true;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#ask(), backoff(this.#tries++));
	}

	#back(): void {
		if (!this.offline) return;
		this.offline = false;
		this.#tries = 0;
		clearTimeout(this.#timer);
		for (const listener of this.#returned) listener();
	}

	async #ask(): Promise<void> {
		try {
			await fetch('/health', { cache: 'no-store' });
			this.#back();
		} catch {
			this.#lost();
		}
	}
}

export const [getConnection, setConnection] = createContext<Connection>();
