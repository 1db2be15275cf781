/** Takes a lesson away at once, and from the box when nobody wants it back. */

import { lessons as api, type Lesson } from '$lib/api';
import { errorText } from '$lib/i18n/codes';
import type { I18n } from '$lib/i18n/i18n.svelte';
import type { Lessons } from '$lib/state/lessons.svelte';
import type { Toasts } from '$lib/state/toasts.svelte';

export function removeLesson(
	lesson: Lesson,
	{ i18n, lessons, toasts }: { i18n: I18n; lessons: Lessons; toasts: Toasts },
): void {
	lessons.hide(lesson.id);
	toasts.undoable({
		text: i18n.t('lesson.removed', { title: lesson.title }),
		undoLabel: i18n.t('action.undo'),
		undo: () => lessons.unhide(lesson.id),
		commit: () => {
			void api.remove(lesson.id).then(
				() => lessons.drop(lesson.id),
				(error: unknown) => {
					lessons.unhide(lesson.id);
					toasts.bad(errorText(i18n, error));
				},
			);
		},
	});
}
