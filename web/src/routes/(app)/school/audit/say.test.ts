import { describe, expect, it, vi } from 'vitest';
import type { AuditEntry, AuditFacts } from '$lib/api';
import { I18n } from '$lib/i18n/i18n.svelte';
import { days, detail, sentence } from './say';

/** Facts that say nothing are left out by the server. */
type Change = Partial<Omit<AuditEntry, 'facts'>> & { facts?: Partial<AuditFacts> };

function entry({ facts = {}, ...change }: Change): AuditEntry {
	return {
		seq: 1,
		at: 1_790_000_000_000,
		actor: { id: 'k', name: 'Keza' },
		action: 'class_made',
		kind: 'class',
		subject: 's',
		subject_name: null,
		facts: facts as AuditFacts,
		...change,
	};
}

describe('sentences', () => {
	const cases: [Change, string][] = [
		[{ facts: { name: 'P5 A' } }, 'Keza made the class P5 A.'],
		[
			{ action: 'person_added', subject_name: 'Uwase', facts: { to: 'learner' } },
			'Keza added Uwase (Learner).',
		],
		[
			{ action: 'badge_given', actor: { id: 'k', name: null } },
			'Somebody whose account is gone gave somebody whose account is gone a new badge.',
		],
		[
			{
				action: 'account_locked',
				actor: null,
				subject_name: 'Uwase',
				facts: { numbers: { tries: 20 } },
			},
			'The account of Uwase was locked after 20 wrong tries.',
		],
		[
			{ action: 'list_started', facts: { numbers: { new: 30, changed: 2, wrong: 5 } } },
			'Keza carried out a list of people (new, changed or closed: 32).',
		],
		[
			{ action: 'lesson_shared', facts: { name: 'Leaves', to: 'staff' } },
			'Keza changed who may read the lesson “Leaves”: only the staff.',
		],
	];

	it.each(cases)('%j', async (change, expected) => {
		const i18n = new I18n();
		await i18n.use('en');
		// The words of rarer pages may come a moment later.
		await vi.waitFor(() => expect(sentence(i18n, entry(change))).toBe(expected));
	});

	it('tell what a lesson was called before', () => {
		expect(detail(entry({}))).toBeNull();
		const renamed = entry({ action: 'lesson_changed', facts: { from: 'Leafs', to: 'Leaves' } });
		expect(detail(renamed)).toBe('Leafs → Leaves');
	});
});

describe('days', () => {
	const date = (at: number) => String(Math.floor(at / 100));

	it('hold what was done then, the newest first', () => {
		const found = days([entry({ at: 250 }), entry({ at: 240 }), entry({ at: 110 })], date);
		expect(found.map((day) => [day.date, day.rows.length])).toEqual([
			['2', 2],
			['1', 1],
		]);
	});

	it('put together what was done in one go, and nothing else', () => {
		const badge = (seq: number, change: Change = {}) =>
			entry({ seq, at: 7, action: 'badge_given', ...change });
		const found = days(
			[
				badge(5),
				badge(4),
				badge(3, { actor: { id: 'm', name: 'Mugabo' } }),
				badge(2, { at: 6 }),
				badge(1, { at: 6, facts: { other: 'c' } }),
			],
			date,
		);
		const rows = found.flatMap((day) => day.rows);
		expect(rows.map(({ first, others }) => [first.seq, others.length])).toEqual([
			[5, 1],
			[3, 0],
			[2, 0],
			[1, 0],
		]);
	});
});
