import { describe, expect, it } from 'vitest';
import type { Anchor } from '$lib/api';
import { clock } from '$lib/utils/clock';
import { hasPicture, momentAt } from './moments';

const moment = (number: number, start_ms: number, end_ms: number): Anchor => ({
	kind: 'moment',
	number,
	label: null,
	time: { start_ms, end_ms },
});

describe('momentAt', () => {
	const anchors = [moment(3, 1000, 4000), moment(4, 4500, 9000), moment(5, 9000, 9500)];
	it.each([
		[0, null],
		[1000, 3],
		// The pause after a stretch still belongs to it.
		[4200, 3],
		[4500, 4],
		[9000, 5],
		[14_000, 5],
		[99_000, null],
	])('at %i ms is %s', (ms, expected) => {
		expect(momentAt(anchors, ms)).toBe(expected);
	});

	it('finds nothing among pages', () => {
		expect(momentAt([{ kind: 'page', number: 1, label: null }], 5)).toBeNull();
	});
});

describe('clock', () => {
	it.each([
		[0, '0:00'],
		[9_999, '0:09'],
		[135_000, '2:15'],
		[3_735_000, '1:02:15'],
	])('writes %i ms as %s', (ms, expected) => {
		expect(clock(ms)).toBe(expected);
	});
});

it('tells films from sound', () => {
	expect(hasPicture('mp4')).toBe(true);
	expect(hasPicture('mp3')).toBe(false);
});
