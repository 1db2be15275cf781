/** Entries of the log as sentences, and as the days they are shown under. */

import type { AgeBand, AuditAction, AuditEntry, ConsentRule, ConsentState, Role } from '$lib/api';
import type { I18n } from '$lib/i18n/i18n.svelte';

/** Where a sentence counts something: which numbers it adds up. */
const COUNTED: Partial<Record<AuditAction, readonly string[]>> = {
	account_locked: ['tries'],
	consents_exported: ['people'],
	invitation_made: ['people'],
	lesson_corrected: ['changes'],
	list_started: ['new', 'changed', 'closed'],
	people_exported: ['people'],
	rolled_over: ['classes'],
};

export function sentence(i18n: I18n, entry: AuditEntry): string {
	const { actor, action, facts } = entry;
	const counted = COUNTED[action] ?? [];
	return i18n.t(`audit.did.${action}`, {
		who: actor ? (actor.name ?? i18n.t('audit.erased')) : i18n.t('audit.the_box'),
		whom: entry.subject_name ?? i18n.t('audit.erased_mid'),
		name: facts.name ?? '',
		from: said(i18n, action, facts.from),
		to: said(i18n, action, facts.to),
		count: counted.reduce((sum, number) => sum + (facts.numbers?.[number] ?? 0), 0),
	});
}

/** A value of before or after in the reader's words. */
function said(i18n: I18n, action: AuditAction, value: string | null | undefined): string {
	if (!value) return '';
	switch (action) {
		case 'invitation_accepted':
		case 'invitation_made':
		case 'person_added':
		case 'role_changed':
			return i18n.t(`role.${value as Role}`);
		case 'age_band_set':
			return i18n.t(`age.${value as AgeBand | 'unknown'}`);
		case 'consent_recorded':
		case 'consent_undone':
			return i18n.t(`consent.state.${value as ConsentState}`);
		case 'consent_rule_changed':
			return i18n.t(`consent.rule.${value as ConsentRule}`);
		case 'lesson_shared':
		case 'tutor_shared':
			return i18n.t(`audit.to.${value as 'classes' | 'school' | 'staff'}`);
		case 'time_moved':
			return i18n.dateTime(Number(value), 0);
		default:
			return value;
	}
}

/** What a lesson was called before, where its sentence has the new title only. */
export function detail(entry: AuditEntry): string | null {
	const { from, to } = entry.facts;
	return entry.action === 'lesson_changed' && from && to ? `${from} → ${to}` : null;
}

/** The newest of some entries that were made in one go, such as a badge for each of a class. */
export interface Row {
	first: AuditEntry;
	others: AuditEntry[];
}

export interface Day {
	date: string;
	rows: Row[];
}

/** Entries by day, those made in one go together; `dateOf` writes a day. */
export function days(entries: readonly AuditEntry[], dateOf: (at: number) => string): Day[] {
	const found: Day[] = [];
	for (const entry of entries) {
		const date = dateOf(entry.at);
		let day = found[found.length - 1];
		if (day?.date !== date) {
			day = { date, rows: [] };
			found.push(day);
		}
		const row = day.rows[day.rows.length - 1];
		if (row && together(row.first, entry)) row.others.push(entry);
		else day.rows.push({ first: entry, others: [] });
	}
	return found;
}

function together(one: AuditEntry, other: AuditEntry): boolean {
	return (
		one.at === other.at &&
		one.action === other.action &&
		one.actor?.id === other.actor?.id &&
		(one.facts.other ?? null) === (other.facts.other ?? null)
	);
}
