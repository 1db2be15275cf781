/** The tutors of the school. One that was just removed is out of sight while undo is possible. */

import { createContext } from 'svelte';
import { personas as api, Problem, type Persona } from '$lib/api';

export class Tutors {
	#all = $state.raw<Persona[] | null>(null);
	#hidden = $state.raw<readonly string[]>([]);
	problem = $state.raw<Problem | null>(null);
	/** Null until the first answer. */
	shown = $derived(this.#all?.filter(({ id }) => !this.#hidden.includes(id)) ?? null);

	async load(): Promise<void> {
		this.problem = null;
		try {
			this.#all = await api.list();
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
