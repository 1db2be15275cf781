/** Which tutor a new conversation starts with: the linked one, the last one, else the first. */

import type { Persona } from '$lib/api';

const STORED = 'bwenge.tutor';

export function startTutor(tutors: readonly Persona[], linked: string | null): string | null {
	const ids = tutors.map(({ id }) => id);
	for (const wanted of [linked, remembered()]) if (wanted && ids.includes(wanted)) return wanted;
	return ids[0] ?? null;
}

export function rememberTutor(id: string): void {
	try {
		localStorage.setItem(STORED, id);
	} catch {
		// Only a convenience.
	}
}

function remembered(): string | null {
	try {
		return localStorage.getItem(STORED);
	} catch {
		return null;
	}
}
