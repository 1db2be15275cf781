/** People whom the box finds, a page at a time. */

import { Problem, users, type User, type UserQuery } from '$lib/api';

/** After the last letter, before the box is asked. */
const PAUSE_MS = 300;

export class FoundPeople {
	/** By name; none before the first answer. */
	people = $state.raw<User[] | null>(null);
	/** How many there are, those that are not shown yet included. */
	total = $state(0);
	/** How many there were when nobody was searched. */
	everybody = $state(0);
	next = $state<number | null>(null);
	problem = $state.raw<Problem | null>(null);
	busy = $state(false);
	#query: () => UserQuery;
	#name = '';
	#turn = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(query: () => UserQuery) {
		this.#query = query;
	}

	/** What is shown stays until the answer comes. */
	load = async (): Promise<void> => {
		const found = await this.#ask(0);
		if (found) this.people = found;
	};

	more = async (): Promise<void> => {
		const found = this.next === null ? null : await this.#ask(this.next);
		if (!found) return;
		// Whoever was added meanwhile pushes others onto the next page.
		const shown = new Set(this.people?.map(({ id }) => id));
		this.people = [...(this.people ?? []), ...found.filter(({ id }) => !shown.has(id))];
	};

	/** Asks once the typing pauses. */
	find(name: string): void {
		this.#name = name.trim();
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.load(), PAUSE_MS);
	}

	shows(id: string): boolean {
		return this.people?.some((other) => other.id === id) ?? false;
	}

	/** Changed; somebody who is not shown stays so. */
	replace(user: User): void {
		this.people = this.people?.map((other) => (other.id === user.id ? user : other)) ?? null;
	}

	drop(id: string): void {
		if (!this.shows(id)) return;
		this.people = this.people?.filter((other) => other.id !== id) ?? null;
		this.total -= 1;
		this.everybody -= 1;
		if (this.next !== null) this.next -= 1;
	}

	async #ask(from: number): Promise<User[] | null> {
		const mine = ++this.#turn;
		this.problem = null;
		this.busy = true;
		try {
			const name = this.#name || undefined;
			const found = await users.list({ ...this.#query(), name, from });
			if (mine !== this.#turn) return null;
			this.total = found.total;
			if (!name) this.everybody = found.total;
			this.next = found.next ?? null;
			return found.users;
		} catch (error) {
			if (mine === this.#turn) this.problem = Problem.from(error);
			return null;
		} finally {
			if (mine === this.#turn) this.busy = false;
		}
	}
}
