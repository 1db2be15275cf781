/** How an original is shown beside its text. */

import type { Lesson } from '$lib/api';

export type Shown = 'pages' | 'picture' | 'player' | null;

export function howShown(lesson: Lesson): Shown {
	if (lesson.page_kind === 'moment') return 'player';
	if (lesson.page_kind === 'picture') return 'picture';
	return lesson.format === 'pdf' ? 'pages' : null;
}
