/** What was decided about classes and not done yet, for as long as the browser is open. */

import type { How } from '$lib/api';

/** Whether learners go up a year, or classes go on as they are in another term. */
export type Kind = 'year' | 'term';

export interface Draft {
	from: string;
	into: string;
	kind: Kind;
	/** By the id of the class. */
	classes: Record<
		string,
		{ how: How | 'stays' | null; name: string | null; without: string[] } | undefined
	>;
}

/** Signing out clears it with all else. */
const KEY = 'bwenge.rollover';

export function keep(draft: Draft): void {
	try {
		sessionStorage.setItem(KEY, JSON.stringify(draft));
	} catch {
		// Without storage it lasts until the page is left.
	}
}

export function kept(): Draft | null {
	try {
		const text = sessionStorage.getItem(KEY);
		return text ? (JSON.parse(text) as Draft) : null;
	} catch {
		return null;
	}
}

export function forget(): void {
	try {
		sessionStorage.removeItem(KEY);
	} catch {
		// Nothing was kept.
	}
}
