/** The tutors of the school. One that was just removed is out of sight while undo is possible. */

import { createContext } from 'svelte';
import { personas as api, Problem, type Persona } from '$lib/api';

export class Tutors {
	#all = $state.raw<Persona[] | null>(null);
	#hidden = $state.raw<readonly string[]>([]);
	problem = $state.raw<Problem | null>(null);
	/** Whether there are none for want of the parents' consent. */
	consentMissing = $state(false);
	/** Null until the first answer. */
	shown = $derived(this.#all?.filter(({ id }) => !this.#hidden.includes(id)) ?? null);

	async load(): Promise<void> {
		this.problem = null;
		try {
			const list = await api.list();
			this.#all = list.personas;
			this.consentMissing = list.consent_missing;
		} catch (error) {
			this.problem = Problem.from(error);
		}
	}

	hide(id: string): void {
		this.#hidden = [...this.#hidden, id];
	}

	unhide(id: string): void {
		this.#hidden = this.#hidden.filter((other) => other !== id);
	}
}

export const [getTutors, setTutors] = createContext<Tutors>();
