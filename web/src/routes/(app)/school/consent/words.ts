/** Consents in words: how old, what was said, by whom and how. */

import type { AgeBand, ConsentEntry } from '$lib/api';
import type { I18n } from '$lib/i18n/i18n.svelte';

export function ageText(i18n: I18n, age: AgeBand | null | undefined): string {
	return i18n.t(`age.${age ?? 'unknown'}`);
}

/** Who said it, how, when, and who wrote it down. */
export function entryText(i18n: I18n, entry: ConsentEntry): string {
	const parts = [i18n.date(entry.at)];
	if (entry.undoes) parts.unshift(i18n.t('consent.undoes'));
	if (entry.giver) parts.push(i18n.t(`consent.giver.${entry.giver}`));
	if (entry.way) parts.push(i18n.t(`consent.way.${entry.way}`));
	if (entry.version) parts.push(i18n.t('consent.text_version', { version: entry.version }));
	const name = entry.recorded_by_name;
	parts.push(name ? i18n.t('consent.by', { name }) : i18n.t('consent.by_gone'));
	return parts.join(' · ');
}
