/** Which pages of a lesson are on the screen while its text is checked. Pure. */

import type { AnchorKind, Block, Correction, LessonText } from '$lib/api';

export const FILTERS = ['all', 'changed', 'warned'] as const;
export type Filter = (typeof FILTERS)[number];

/** Pages are looked at beside the original, one by one; what is shorter comes in larger pieces. */
const AT_ONCE: Record<AnchorKind, number> = {
	page: 1,
	slide: 1,
	section: 10,
	moment: 100,
	picture: 1,
};

/** The numbers of a filter, in order. */
export function numbersOf(filter: Filter, text: LessonText): number[] {
	if (filter === 'changed') return text.changed;
	if (filter === 'all') return Array.from({ length: text.total }, (_, index) => index + 1);
	const pages = text.lesson.warnings.flatMap(({ page }) => page ?? []);
	return [...new Set(pages)].sort((a, b) => a - b);
}

export interface Stretch {
	from: number;
	to: number;
	/** Where the stretches before and after it begin. */
	previous: number | null;
	next: number | null;
}

/** What is shown at `at`; none when the filter finds nothing. */
export function stretchAt(
	numbers: readonly number[],
	at: number,
	filter: Filter,
	kind: AnchorKind,
): Stretch | null {
	if (!numbers.length) return null;
	// Found pages need not follow each other.
	const size = filter === 'all' ? AT_ONCE[kind] : 1;
	const after = numbers.findIndex((number) => number >= at);
	const index = after === -1 ? numbers.length - 1 : after;
	const first = index - (index % size);
	const last = Math.min(first + size, numbers.length) - 1;
	return {
		from: numbers[first] ?? 1,
		to: numbers[last] ?? 1,
		previous: numbers[first - size] ?? null,
		next: numbers[last + 1] ?? null,
	};
}

/** The change that brings a block back to what it is now. */
export function asNow(block: Block): Correction {
	if (block.excluded) return { key: block.key, excluded: true };
	return block.read ? { key: block.key, text: block.text } : { key: block.key };
}
