/** The tutor form as the page holds it, and its way to and from the wire. */

import type { LanguageCode, Persona, PersonaSettings, Tone } from '$lib/api';
import { keptFor, readersOf, type Kept, type Readers } from '$lib/shell/readers';

export interface TutorForm {
	name: string;
	subject: string;
	language: LanguageCode | 'auto';
	tone: Tone;
	greeting: string;
	mode: 'all' | 'only';
	ids: string[];
	onlyFromLessons: boolean;
	suggestions: string[];
	readers: Readers;
	/** Ids of the chosen classes. */
	classes: string[];
}

export const MOST_SUGGESTIONS = 4;

export function emptyTutor(): TutorForm {
	return {
		name: '',
		subject: '',
		language: 'auto',
		tone: 'friendly',
		greeting: '',
		mode: 'all',
		ids: [],
		onlyFromLessons: true,
		suggestions: ['', '', ''],
		readers: 'school',
		classes: [],
	};
}

export function tutorForm(persona: Persona): TutorForm {
	const suggestions = [...(persona.suggestions ?? [])];
	while (suggestions.length < 3) suggestions.push('');
	return {
		name: persona.name,
		subject: persona.subject ?? '',
		language: persona.language,
		tone: persona.tone,
		greeting: persona.greeting ?? '',
		mode: persona.lessons.mode,
		ids: persona.lessons.mode === 'only' ? [...persona.lessons.ids] : [],
		onlyFromLessons: persona.only_from_lessons,
		suggestions,
		...readersOf(persona),
	};
}

export function tutorInput(
	form: TutorForm,
): PersonaSettings & Required<Kept> & { name: string; subject: string | null } {
	return {
		name: form.name.trim(),
		subject: form.subject.trim() || null,
		...keptFor(form.readers, form.classes),
		language: form.language,
		tone: form.tone,
		greeting: form.greeting.trim() || null,
		lessons: form.mode === 'all' ? { mode: 'all' } : { mode: 'only', ids: [...form.ids] },
		only_from_lessons: form.onlyFromLessons,
		suggestions: form.suggestions.map((text) => text.trim()).filter(Boolean),
	};
}

export type TutorGap = 'name' | 'lessons' | 'classes';

export function tutorGaps(form: TutorForm): Set<TutorGap> {
	const gaps = new Set<TutorGap>();
	if (!form.name.trim()) gaps.add('name');
	if (form.mode === 'only' && !form.ids.length) gaps.add('lessons');
	if (form.readers === 'classes' && !form.classes.length) gaps.add('classes');
	return gaps;
}
