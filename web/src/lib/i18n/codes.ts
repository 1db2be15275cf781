/** From stable codes to words: problems, lesson failures and warnings, degraded parts. */

import { Problem, PROBLEM_CODES, type ProblemCode } from '$lib/api/problem';
import type { I18n } from './i18n.svelte';

export { PROBLEM_CODES };

/** Why a lesson could not be read. */
export const FAILURE_CODES = [
	'encrypted',
	'no_text',
	'damaged',
	'too_big',
	'too_many_parts',
	'too_deep',
	'expands_too_much',
	'timed_out',
	'out_of_memory',
	'crashed',
	'wrong_type',
	'empty',
	'embedding_failed',
	'cancelled',
	'too_long',
	'no_sound',
	'unknown_sound',
	'no_speech',
	'no_speech_model',
] as const;

export type FailureCode = (typeof FAILURE_CODES)[number];

function member<T extends string>(list: readonly T[], code: string): code is T {
	return (list as readonly string[]).includes(code);
}

export function errorText(i18n: I18n, error: unknown): string {
	return codeText(i18n, Problem.from(error).code);
}

export function codeText(i18n: I18n, code: ProblemCode): string {
	return i18n.t(`error.${code}`);
}

/** Failures of the moment; the others are in the file, and reading it again finds them again. */
export function worthRetrying(code: string): boolean {
	return !member(FAILURE_CODES, code) || RETRIED.includes(code);
}

const RETRIED: readonly FailureCode[] = [
	'cancelled',
	'timed_out',
	'out_of_memory',
	'crashed',
	'embedding_failed',
	'no_speech_model',
];

export function failureText(i18n: I18n, code: string): string {
	return member(FAILURE_CODES, code) ? i18n.t(`failure.${code}`) : i18n.t('failure.internal');
}

/** What could not be read well in a lesson that is otherwise fine. */
export const WARNING_CODES = [
	'page_without_text',
	'text_cut',
	'hidden_text',
	'pictures_left_out',
	'unsure',
	'language_not_heard',
	'not_read_again',
	'sound_cut',
] as const;

export function warningText(i18n: I18n, code: string): string {
	return member(WARNING_CODES, code) ? i18n.t(`warning.${code}`) : i18n.t('warning.other');
}

/** Work behind the scenes. */
export const JOB_KINDS = [
	'read_lesson',
	'transcribe_lesson',
	'embed_lesson',
	'poster_lesson',
	'copy_stick',
	'clean_up_person',
] as const;

export function jobText(i18n: I18n, kind: string): string {
	return member(JOB_KINDS, kind) ? i18n.t(`job.${kind}`) : i18n.t('job.other');
}

/** Parts of the box that are not at their best. */
export const DEGRADED_CODES = [
	'llm_missing',
	'llm_too_big',
	'embed_missing',
	'llm_down',
	'embed_down',
	'disk_low',
	'clock_ahead',
] as const;

export function degradedText(i18n: I18n, code: string): string {
	return member(DEGRADED_CODES, code)
		? i18n.t(`degraded.${code}`)
		: i18n.t('degraded.other', { code });
}
