/** Finds a quoted passage in the blocks it came from; a passage may span several of them. */

import type { Section } from '$lib/api';
import { findQuote } from '$lib/utils/marks';
import { anchorId } from '$lib/shell/words';

export type BlockMarks = Map<string, [number, number][]>;

/** Words of a quote that must fit together before a block counts as quoted. */
const LEAST_WORDS = 4;

/** Keys are `section:block`. Looks at the named place first, then everywhere. */
export function markQuote(sections: readonly Section[], quote: string, place: string): BlockMarks {
	const marks: BlockMarks = new Map();
	const words = quote.trim().split(/\s+/).filter(Boolean);
	if (!words.length) return marks;
	const order = sections.map((section, index) => ({ section, index }));
	const here = order.filter(({ section }) => anchorId(section.anchor) === place);
	for (const { section, index } of here.length ? here : order) {
		markSection(section, index, words, marks);
		if (marks.size) break;
	}
	return marks;
}

function markSection(section: Section, index: number, words: string[], marks: BlockMarks): void {
	let rest = words;
	section.blocks.forEach((block, b) => {
		if (!rest.length) return;
		const found = longestFit(block.text, rest);
		if (!found) return;
		marks.set(`${index}:${b}`, [found.range]);
		rest = rest.slice(found.to);
	});
}

/**
 * The first run of at least a few of `words` that the text contains, made as long as it fits. Words
 * before it may stand in another block. Halving finds the end, as a shorter run fits wherever a
 * longer one does.
 */
function longestFit(text: string, words: string[]): { range: [number, number]; to: number } | null {
	const least = Math.min(LEAST_WORDS, words.length);
	for (let from = 0; from + least <= words.length; from++) {
		const fit = (to: number) => findQuote(text, words.slice(from, to).join(' '));
		let range = fit(from + least);
		if (!range) continue;
		let low = from + least;
		let high = words.length;
		while (low < high) {
			const middle = Math.ceil((low + high) / 2);
			const longer = fit(middle);
			if (longer) {
				range = longer;
				low = middle;
			} else high = middle - 1;
		}
		return { range, to: low };
	}
	return null;
}
