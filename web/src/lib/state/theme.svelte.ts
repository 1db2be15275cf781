import { createContext } from 'svelte';

export type ThemeChoice = 'system' | 'light' | 'dark';

/** The key is also read by `static/boot.js` before the first paint. */
const STORED = 'bwenge.theme';

export class Theme {
	choice = $state<ThemeChoice>('system');

	constructor() {
		try {
			const stored = localStorage.getItem(STORED);
			if (stored === 'light' || stored === 'dark') this.choice = stored;
		} catch {
			// Storage can be switched off; the system's choice is fine.
		}
		this.#apply();
	}

	choose(choice: ThemeChoice): void {
		this.choice = choice;
		try {
			if (choice === 'system') localStorage.removeItem(STORED);
			else localStorage.setItem(STORED, choice);
		} catch {
			// See the constructor.
		}
		this.#apply();
	}

	#apply(): void {
		const root = document.documentElement;
		if (this.choice === 'system') root.removeAttribute('data-theme');
		else root.setAttribute('data-theme', this.choice);
	}
}

export const [getTheme, setTheme] = createContext<Theme>();
