import { tick } from 'svelte';

/** The next step begins at its heading, for eyes and for screen readers, which read it out. */
export async function focusHeading(top: HTMLElement | undefined): Promise<void> {
	await tick();
	top?.querySelector<HTMLElement>('h1[tabindex], h2[tabindex]')?.focus();
}
