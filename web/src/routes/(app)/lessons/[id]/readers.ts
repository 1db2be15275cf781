/** Who may read a lesson, as teachers choose it. */

import type { Lesson } from '$lib/api';
import type { I18n } from '$lib/i18n/i18n.svelte';

export type Readers = 'school' | 'classes' | 'staff';

export function readersOf(lesson: Lesson): { readers: Readers; classes: string[] } {
	if (!lesson.shared) return { readers: 'staff', classes: lesson.classes ?? [] };
	return { readers: lesson.classes ? 'classes' : 'school', classes: lesson.classes ?? [] };
}

export function readersText(i18n: I18n, lesson: Lesson): string {
	const { readers, classes } = readersOf(lesson);
	if (readers === 'classes') return i18n.t('lesson.classes_count', { count: classes.length });
	return i18n.t(readers === 'staff' ? 'lesson.not_shared' : 'lesson.shared');
}
