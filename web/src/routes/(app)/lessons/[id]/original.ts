/** What this browser can show of an original. */

import type { Lesson } from '$lib/api';

/** Browsers before 2022 do not say; they list the type when they have a viewer. */
function showsPdf(): boolean {
	const { pdfViewerEnabled, mimeTypes } = navigator as Partial<Navigator>;
	return pdfViewerEnabled ?? Boolean(mimeTypes?.namedItem('application/pdf'));
}

export type Shown = 'frame' | 'player' | null;

export function howShown(lesson: Lesson): Shown {
	if (lesson.page_kind === 'moment') return 'player';
	return lesson.format === 'pdf' && showsPdf() ? 'frame' : null;
}
