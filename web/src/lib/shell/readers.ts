/** Whom a lesson or a tutor is for, as teachers choose it. */

import type { I18n } from '$lib/i18n/i18n.svelte';

export type Readers = 'school' | 'classes' | 'staff';

/** What both say about it. */
export interface Kept {
	shared: boolean;
	classes?: string[] | null;
}

export function readersOf(kept: Kept): { readers: Readers; classes: string[] } {
	const classes = [...(kept.classes ?? [])];
	if (!kept.shared) return { readers: 'staff', classes };
	return { readers: kept.classes ? 'classes' : 'school', classes };
}

/** The same, to be sent. */
export function keptFor(readers: Readers, classes: string[]): Required<Kept> {
	return { shared: readers !== 'staff', classes: readers === 'classes' ? classes : null };
}

export function readersText(i18n: I18n, kept: Kept): string {
	const { readers, classes } = readersOf(kept);
	if (readers === 'classes') return i18n.t('lesson.classes_count', { count: classes.length });
	return i18n.t(readers === 'staff' ? 'lesson.not_shared' : 'lesson.shared');
}
