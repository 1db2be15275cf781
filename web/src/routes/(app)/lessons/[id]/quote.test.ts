import { describe, expect, it } from 'vitest';
import type { Block, Section } from '$lib/api';
import { markQuote } from './quote';

const block = (text: string, index: number): Block => ({
	key: `${index}`,
	kind: 'paragraph',
	level: 0,
	text,
	excluded: false,
});
const page = (number: number, ...texts: string[]): Section => ({
	anchor: { kind: 'page', number, label: null },
	key: `page ${number}`,
	excluded: false,
	blocks: texts.map(block),
});

const sections = [
	page(1, 'Plants make food in the light.', 'They need water as well.'),
	page(2, 'Plants make food in the light.', 'Heading', 'At night they rest and breathe.'),
];

function marked(quote: string, place: string): Record<string, string> {
	const out: Record<string, string> = {};
	for (const [key, ranges] of markQuote(sections, quote, place)) {
		const [s, b] = key.split(':').map(Number);
		const text = sections[s ?? 0]?.blocks[b ?? 0]?.text ?? '';
		out[key] = ranges.map((range) => text.slice(...range)).join('|');
	}
	return out;
}

describe('a quote', () => {
	it('is marked at the named place', () => {
		expect(marked('make food in the', 'page-2')).toEqual({ '1:0': 'make food in the' });
	});

	it('is found elsewhere when the place is not named', () => {
		expect(marked('they need water as', '')).toEqual({ '0:1': 'They need water as' });
	});

	it('may run over several blocks', () => {
		expect(marked('food in the light. Heading At night they rest', 'page-2')).toEqual({
			'1:0': 'food in the light.',
			'1:2': 'At night they rest',
		});
	});

	it('that is not there marks nothing', () => {
		expect(marked('the moon is made of stone', 'page-1')).toEqual({});
		expect(marked('', 'page-1')).toEqual({});
	});
});
