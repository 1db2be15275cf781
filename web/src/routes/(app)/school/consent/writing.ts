/** Writing for some learners at once, each with a way back. */

import { consents, type AgeBand, type ConsentLearner } from '$lib/api';
import { errorText } from '$lib/i18n/codes';
import type { I18n } from '$lib/i18n/i18n.svelte';
import type { Toasts } from '$lib/state/toasts.svelte';

export class Writing {
	constructor(
		readonly i18n: I18n,
		readonly toasts: Toasts,
		/** Looks again. */
		readonly onchange: () => void,
	) {}

	/** Says that it was written down, and offers to take it back. */
	written = (entries: number[]): void => {
		this.toasts.show({
			text: this.i18n.t('consent.written', { count: entries.length }),
			tone: 'good',
			action: { label: this.i18n.t('action.undo'), run: () => void this.undo(entries) },
		});
		this.onchange();
	};

	undo = (entries: number[]): Promise<boolean> =>
		this.#try(async () => {
			await consents.undo(entries);
			this.toasts.good(this.i18n.t('consent.undone'));
		});

	/** That the forms went home. */
	asked = (users: string[]): Promise<boolean> =>
		this.#try(async () => this.written(await consents.write({ users, state: 'asked' })));

	setAge = (learners: readonly ConsentLearner[], age: AgeBand | null): Promise<boolean> =>
		this.#try(async () => {
			await consents.setAge(ids(learners), age);
			this.toasts.show({
				text: this.i18n.t('age.set', { count: learners.length }),
				tone: 'good',
				action: { label: this.i18n.t('action.undo'), run: () => void this.#agesBack(learners) },
			});
		});

	/** Each gets the age of before. */
	#agesBack = (learners: readonly ConsentLearner[]): Promise<boolean> =>
		this.#try(async () => {
			for (const age of ['under_16', '16_or_over', null] as const) {
				const those = learners.filter((learner) => (learner.age ?? null) === age);
				if (those.length) await consents.setAge(ids(those), age);
			}
			this.toasts.good(this.i18n.t('consent.undone'));
		});

	/** Whether it worked; what did not has been said. */
	async #try(work: () => Promise<void>): Promise<boolean> {
		let worked = true;
		try {
			await work();
		} catch (error) {
			this.toasts.bad(errorText(this.i18n, error));
			worked = false;
		}
		this.onchange();
		return worked;
	}
}

function ids(learners: readonly ConsentLearner[]): string[] {
	return learners.map(({ id }) => id);
}
