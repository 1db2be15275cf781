import { describe, expect, it } from 'vitest';
import type { Block, LessonText } from '$lib/api';
import { asNow, numbersOf, stretchAt, type Filter } from './pages';

const text = (total: number, changed: number[], warned: (number | null)[]) =>
	({
		total,
		changed,
		lesson: { warnings: warned.map((page) => ({ code: 'text_cut', page })) },
	}) as unknown as LessonText;

describe('numbersOf', () => {
	it.each<[Filter, number[]]>([
		['all', [1, 2, 3, 4]],
		['changed', [2, 4]],
		['warned', [1, 3]],
	])('of %s', (filter, expected) => {
		expect(numbersOf(filter, text(4, [2, 4], [3, null, 1, 3]))).toEqual(expected);
	});
});

describe('stretchAt', () => {
	const all = Array.from({ length: 25 }, (_, index) => index + 1);

	it('shows pages one by one', () => {
		expect(stretchAt(all, 4, 'all', 'page')).toEqual({ from: 4, to: 4, previous: 3, next: 5 });
		expect(stretchAt(all, 1, 'all', 'page')).toEqual({ from: 1, to: 1, previous: null, next: 2 });
	});

	it('shows parts in pieces with steady borders', () => {
		expect(stretchAt(all, 14, 'all', 'section')).toEqual({
			from: 11,
			to: 20,
			previous: 1,
			next: 21,
		});
		expect(stretchAt(all, 99, 'all', 'section')).toEqual({
			from: 21,
			to: 25,
			previous: 11,
			next: null,
		});
	});

	it('goes from one found page to the next', () => {
		expect(stretchAt([3, 9, 12], 5, 'changed', 'section')).toEqual({
			from: 9,
			to: 9,
			previous: 3,
			next: 12,
		});
		expect(stretchAt([], 5, 'changed', 'page')).toBeNull();
	});
});

describe('asNow', () => {
	const block = { key: 'k', kind: 'paragraph', level: 0, text: 'now', read: null, excluded: false };
	it.each([
		[{}, { key: 'k' }],
		[{ read: 'before' }, { key: 'k', text: 'now' }],
		[{ excluded: true }, { key: 'k', excluded: true }],
	])('of %o', (change, expected) => {
		expect(asNow({ ...block, ...change } as Block)).toEqual(expected);
	});
});
