/** Turning offsets into runs of text that a component can print. */

export interface Run {
	text: string;
	marked: boolean;
}

/** Splits `text` at the marks; bad or overlapping marks are clipped, never trusted. */
export function runs(text: string, marks: readonly (readonly [number, number])[]): Run[] {
	const out: Run[] = [];
	let at = 0;
	for (const [start, end] of [...marks].sort((a, b) => a[0] - b[0])) {
		const from = Math.max(at, Math.min(start, text.length));
		const to = Math.min(end, text.length);
		if (to <= from) continue;
		if (from > at) out.push({ text: text.slice(at, from), marked: false });
		out.push({ text: text.slice(from, to), marked: true });
		at = to;
	}
	if (at < text.length) out.push({ text: text.slice(at), marked: false });
	return out;
}

/** A passage as a card shows it: a window of `length` units that starts near the first mark. */
export function excerpt(
	text: string,
	marks: readonly (readonly [number, number])[],
	length = 220,
): { text: string; marks: [number, number][] } {
	if (text.length <= length) return { text, marks: marks.map(([a, b]) => [a, b]) };
	const first = marks.length ? Math.min(...marks.map((mark) => mark[0])) : 0;
	let from = Math.max(0, Math.min(first - Math.floor(length / 4), text.length - length));
	if (from > 0) from = nextWord(text, from);
	let to = Math.min(text.length, from + length);
	if (to < text.length) to = Math.max(from + 1, text.lastIndexOf(' ', to));
	const lead = from > 0 ? '… ' : '';
	const shift = lead.length - from;
	const kept: [number, number][] = [];
	for (const [start, end] of marks) {
		if (start >= from && end <= to) kept.push([start + shift, end + shift]);
	}
	return { text: lead + text.slice(from, to) + (to < text.length ? ' …' : ''), marks: kept };
}

function nextWord(text: string, from: number): number {
	const space = text.indexOf(' ', from);
	return space === -1 || space - from > 40 ? from : space + 1;
}

/**
 * Where `quote` occurs in `text`, blind to case and to how white space is broken: extraction and
 * chunking join lines differently.
 */
export function findQuote(text: string, quote: string): [number, number] | null {
	const words = quote.trim().split(/\s+/).filter(Boolean);
	if (!words.length) return null;
	const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+');
	const match = new RegExp(pattern, 'i').exec(text);
	return match ? [match.index, match.index + match[0].length] : null;
}
