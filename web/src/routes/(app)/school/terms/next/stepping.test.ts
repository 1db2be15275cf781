import { afterEach, describe, expect, it } from 'vitest';
import type { Class } from '$lib/api';
import { forget, keep, kept, type Draft } from './draft';
import { Wanted } from './stepping.svelte';

const of = { id: 'c', name: 'P5 A' } as Class;

describe('what is asked of the box', () => {
	it('leaves a year to its suggestions, and takes a class into a term as it is', () => {
		const row = new Wanted(of, undefined);
		expect(row.wish('year')).toEqual({ id: 'c', without: [] });
		expect(row.wish('term')).toEqual({ id: 'c', how: 'promote', name: 'P5 A', without: [] });
	});

	it('is what was decided, whichever of the two begins', () => {
		const row = new Wanted(of, { how: 'copy', name: ' P5 B ', without: ['u'] });
		const wish = { id: 'c', how: 'copy', name: 'P5 B', without: ['u'] };
		expect(row.wish('year')).toEqual(wish);
		expect(row.wish('term')).toEqual(wish);
		row.how = 'stays';
		expect(row.wish('term')).toBeNull();
	});
});

describe('a draft', () => {
	afterEach(() => sessionStorage.clear());

	it('is kept until it is done or storage is not to be read', () => {
		const draft: Draft = {
			from: 'a',
			into: 'b',
			kind: 'term',
			classes: { c: { how: 'end', name: null, without: [] } },
		};
		expect(kept()).toBeNull();
		keep(draft);
		expect(kept()).toEqual(draft);
		forget();
		expect(kept()).toBeNull();
		sessionStorage.setItem('bwenge.rollover', '{');
		expect(kept()).toBeNull();
	});
});
