import type { LanguageCode, Lesson } from '$lib/api';

export interface LessonFilter {
	subject: string;
	language: LanguageCode | '';
}

export function noFilter(): LessonFilter {
	return { subject: '', language: '' };
}

export function filterLessons(lessons: readonly Lesson[], filter: LessonFilter): Lesson[] {
	return lessons.filter(
		(lesson) =>
			(!filter.subject || lesson.subject === filter.subject) &&
			(!filter.language || lesson.language === filter.language),
	);
}

/** The subjects that occur, in alphabetical order. */
export function subjectsOf(lessons: readonly Lesson[]): string[] {
	const subjects = new Set<string>();
	for (const lesson of lessons) if (lesson.subject) subjects.add(lesson.subject);
	return [...subjects].sort((a, b) => a.localeCompare(b));
}

export function languagesOf(lessons: readonly Lesson[]): LanguageCode[] {
	const languages = new Set<LanguageCode>();
	for (const lesson of lessons) if (lesson.language) languages.add(lesson.language);
	return [...languages];
}
