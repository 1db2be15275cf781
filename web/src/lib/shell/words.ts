/** Words for the things of the contract, in the reader's language. */

import type { Anchor, LanguageCode, Lesson } from '$lib/api';
import { LANGUAGES, type I18n } from '$lib/i18n/i18n.svelte';
import { clock } from '$lib/utils/clock';

export function placeText(i18n: I18n, anchor: Anchor): string {
	if (anchor.kind === 'section' && anchor.label) return anchor.label;
	if (anchor.time) return clock(anchor.time.start_ms);
	return i18n.t(`anchor.${anchor.kind}`, { number: anchor.number });
}

/** The fragment under which the lesson page shows this place. */
export function anchorId(anchor: Anchor): string {
	return `${anchor.kind}-${anchor.number}`;
}

export function languageName(code: LanguageCode): string {
	return LANGUAGES.find((language) => language.code === code)?.name ?? code;
}

export function lengthText(i18n: I18n, lesson: Lesson): string {
	const { pages: count, page_kind: kind } = lesson;
	// There is one of it, and its kind says so.
	if (count === null || count === undefined || kind === 'picture') return '';
	return i18n.t(`lesson.${kind}s`, { count });
}

/** The address of a passage in its lesson, with the words to mark there. */
export function sourceHref(lessonId: string, anchor: Anchor, quote: string): string {
	const words = quote.trim().split(/\s+/).slice(0, 80).join(' ');
	const query = `at=${anchor.number}&quote=${encodeURIComponent(words)}`;
	return `/lessons/${lessonId}/read?${query}#${anchorId(anchor)}`;
}
