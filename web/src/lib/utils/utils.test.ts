import { describe, expect, it } from 'vitest';
import { backoff } from './backoff';
import { clientId } from './client-id';
import { dayTime } from './day';
import { excerpt, findQuote, runs } from './marks';
import { passwordStrength } from './password';
import { securePage } from './secure';
import { answerParts, citedOnce, wholeSentences } from './sentences';
import { share } from './share';
import { appendAt } from './stream';
import { tableRows } from './table';
import { roughly, secondsLeft } from './wait';

describe('marks', () => {
	it('cut a text into runs', () => {
		expect(runs('the green leaf', [[4, 9]])).toEqual([
			{ text: 'the ', marked: false },
			{ text: 'green', marked: true },
			{ text: ' leaf', marked: false },
		]);
	});

	it('survive overlaps, disorder and ends beyond the text', () => {
		const text = 'abcdef';
		const cut = runs(text, [
			[4, 99],
			[0, 3],
			[2, 3],
		]);
		expect(cut.map((run) => run.text).join('')).toBe(text);
		expect(cut.filter((run) => run.marked).map((run) => run.text)).toEqual(['abc', 'ef']);
	});

	it('stay on their words in an excerpt', () => {
		const text = `${'before '.repeat(60)}chlorophyll ${'after '.repeat(60)}`;
		const at = text.indexOf('chlorophyll');
		const short = excerpt(text, [[at, at + 11]], 100);
		expect(short.text.length).toBeLessThan(110);
		const [start, end] = short.marks[0] ?? [0, 0];
		expect(short.text.slice(start, end)).toBe('chlorophyll');
	});

	it('find a quote whatever its line breaks and case', () => {
		const text = 'First. The  Green\nleaf makes (some) sugar.';
		const found = findQuote(text, 'the green leaf makes (some)');
		expect(found && text.slice(...found)).toBe('The  Green\nleaf makes (some)');
		expect(findQuote(text, 'red leaf')).toBeNull();
		expect(findQuote(text, ' ')).toBeNull();
	});
});

describe('a streamed answer', () => {
	it('grows, ignores what it holds and notices a gap', () => {
		expect(appendAt('', 0, 'Plants')).toBe('Plants');
		expect(appendAt('Plants', 6, ' eat')).toBe('Plants eat');
		expect(appendAt('Plants eat', 4, 'ts eat light')).toBe('Plants eat light');
		expect(appendAt('Plants eat', 0, 'Plants')).toBe('Plants eat');
		expect(appendAt('Pla', 6, ' eat')).toBeNull();
	});

	it('is read aloud by whole sentences', () => {
		const text = 'Plants make food. They use li';
		expect(text.slice(0, wholeSentences(text))).toBe('Plants make food.');
		expect(wholeSentences('about 3.5 litres')).toBe(0);
	});

	it('is cut where the server marked its sentences', () => {
		const text = 'One. Two.';
		const parts = answerParts(text, [
			{ start: 0, end: 4, supported: true, citations: [2] },
			{ start: 5, end: 99, supported: false, citations: [] },
		]);
		expect(parts.map((part) => part.text)).toEqual(['One.', ' ', 'Two.']);
		expect(parts.map((part) => part.supported)).toEqual([true, true, false]);
		expect(answerParts(text, []).map((part) => part.text)).toEqual([text]);
	});

	it('names the places of sentences in a row once', () => {
		const cited = [[1], [1], [1, 2], [], [1]].map((citations, index) => ({
			start: index * 3,
			end: index * 3 + 2,
			supported: citations.length > 0,
			citations,
		}));
		const parts = citedOnce(answerParts('a. b. c. d. e.', cited));
		expect(parts.filter((part) => part.sentence).map((part) => part.citations)).toEqual([
			[],
			[1],
			[1, 2],
			[],
			[1],
		]);
	});
});

describe('a table', () => {
	it('keeps marks in their cells', () => {
		const text = 'Part | Work\nRoot | drinks water';
		const at = text.indexOf('drinks');
		const rows = tableRows(text, [[at, at + 6]]);
		expect(rows.map((row) => row.map((cell) => cell.text))).toEqual([
			['Part', 'Work'],
			['Root', 'drinks water'],
		]);
		expect(rows[1]?.[1]?.marks).toEqual([[0, 6]]);
		expect(rows[0]?.[1]?.marks).toEqual([]);
	});
});

describe('small things', () => {
	it('client ids are version 4 UUIDs and differ', () => {
		const id = clientId();
		expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
		expect(clientId()).not.toBe(id);
	});

	it('back-off doubles, is spread and has a ceiling', () => {
		expect(backoff(0, () => 1)).toBe(500);
		expect(backoff(3, () => 1)).toBe(4_000);
		expect(backoff(50, () => 1)).toBe(15_000);
		expect(backoff(3, () => 0)).toBe(2_400);
	});

	it('password hints follow length, variety and guessability', () => {
		expect(passwordStrength('short')).toBe('short');
		expect(passwordStrength('aaaaaaaaaaaa')).toBe('weak');
		expect(passwordStrength('claudine is here', ['claudine'])).toBe('weak');
		expect(passwordStrength('ikibuye inzu ku')).toBe('fair');
		expect(passwordStrength('inzu ikawa umusozi kare')).toBe('good');
	});
});

describe('a page by HTTPS', () => {
	it('is the same page of the same host, without what stands behind the #', () => {
		expect(securePage('http://192.168.1.10:8080/signin/badge#K7MP-2AXW', 8443)).toBe(
			'https://192.168.1.10:8443/signin/badge',
		);
		expect(securePage('http://bwenge.local/lessons?q=a%20b', 8443)).toBe(
			'https://bwenge.local:8443/lessons?q=a%20b',
		);
		expect(securePage('http://[fd00::1]:8080/me', 8443)).toBe('https://[fd00::1]:8443/me');
	});

	it('has no port that goes without saying, and an address no stroke at its end', () => {
		expect(securePage('http://bwenge.local:8080/me', 443)).toBe('https://bwenge.local/me');
		expect(securePage('http://192.168.1.10:8080', 8443)).toBe('https://192.168.1.10:8443');
	});
});

describe('a share', () => {
	it('is a whole percentage, and none of nothing', () => {
		expect(share(1, 3)).toBe(33);
		expect(share(9, 3)).toBe(100);
		expect(share(-1, 3)).toBe(0);
		expect(share(0, 0)).toBeNull();
	});
});

describe('a time to wait', () => {
	it.each([
		['as told, although the clock ticked before', 19_100, 20],
		['counted down', 25_000, 15],
		['a second begun counts', 39_001, 1],
		['over', 41_000, 0],
	])('%s', (_, now, left) => {
		expect(secondsLeft({ told: 20_000, until: 40_000 }, now)).toBe(left);
	});

	it.each([
		[240, 'minutes', 4],
		[110, 'minutes', 2],
		// A minute and a half is not two.
		[91, 'seconds', 90],
		[61, 'seconds', 60],
		[44, 'seconds', 45],
		[46, 'seconds', 45],
		[15, 'seconds', 15],
		[7, 'seconds', 7],
	] as const)('of %i seconds is told in %s, as %i', (seconds, unit, count) => {
		expect(roughly(seconds)).toEqual({ unit, count });
	});
});

describe('dayTime', () => {
	it('is that day wherever the browser is', () => {
		const at = new Date(dayTime('2026-01-05'));
		expect([at.getFullYear(), at.getMonth(), at.getDate()]).toEqual([2026, 0, 5]);
	});
});
