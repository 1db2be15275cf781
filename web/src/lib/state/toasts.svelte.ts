/** Short messages at the edge of the page; some carry an action such as "undo". */

import { createContext } from 'svelte';

export interface Toast {
	id: number;
	text: string;
	tone: 'info' | 'good' | 'bad';
	action?: { label: string; run: () => void };
}

const SHOWN_MS = 6_000;

export class Toasts {
	items = $state<Toast[]>([]);
	#next = 1;
	#timers = new Map<number, ReturnType<typeof setTimeout>>();

	show(toast: Omit<Toast, 'id'>, ms = SHOWN_MS): number {
		const id = this.#next++;
		this.items.push({ ...toast, id });
		this.#timers.set(
			id,
			setTimeout(() => this.close(id), ms),
		);
		return id;
	}

	good(text: string): void {
		this.show({ text, tone: 'good' });
	}

	bad(text: string): void {
		this.show({ text, tone: 'bad' }, SHOWN_MS * 1.5);
	}

	close(id: number): void {
		clearTimeout(this.#timers.get(id));
		this.#timers.delete(id);
		this.items = this.items.filter((toast) => toast.id !== id);
	}

	/**
	 * Does `commit` after a while unless the person undoes it. Leaving the page commits at once: the
	 * person asked for it and did not take it back.
	 */
	undoable(options: {
		text: string;
		undoLabel: string;
		commit: () => void;
		undo: () => void;
	}): void {
		let settled = false;
		const settle = (then: () => void) => {
			if (settled) return;
			settled = true;
			clearTimeout(timer);
			window.removeEventListener('pagehide', commitNow);
			then();
		};
		const commitNow = () => settle(options.commit);
		const timer = setTimeout(commitNow, SHOWN_MS);
		window.addEventListener('pagehide', commitNow);
		this.show({
			text: options.text,
			tone: 'info',
			action: { label: options.undoLabel, run: () => settle(options.undo) },
		});
	}
}

export const [getToasts, setToasts] = createContext<Toasts>();
