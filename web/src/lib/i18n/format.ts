import type { Plural } from './types';

/** Fills `{name}` placeholders; numbers are written the language's way. */
export function formatMessage(
	message: string | Plural,
	values: Record<string, string | number>,
	plurals: Intl.PluralRules,
	numbers: Intl.NumberFormat,
): string {
	const text =
		typeof message === 'string'
			? message
			: plurals.select(Number(values['count'] ?? 0)) === 'one'
				? message.one
				: message.other;
	return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
		const value = values[name];
		if (value === undefined) return whole;
		return typeof value === 'number' ? numbers.format(value) : value;
	});
}

/** The placeholder names of a message, sorted, for the test that compares languages. */
export function placeholders(message: string | Plural): string[] {
	const text = typeof message === 'string' ? message : `${message.one} ${message.other}`;
	const names = new Set<string>();
	for (const match of text.matchAll(/\{(\w+)\}/g)) if (match[1]) names.add(match[1]);
	return [...names].sort();
}
