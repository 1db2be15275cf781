/** People whom the box finds, a page at a time. */

import { Problem, users, type User, type UserQuery } from '$lib/api';

/** After the last letter, before the box is asked. */
const PAUSE_MS = 300;

export class FoundPeople {
	/** By name; none before the first answer. */
	people = $state.raw<User[] | null>(null);
	/** How many there are, those that are not shown yet included. */
	total = $state(0);
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

	/** Changed, or new. */
	put(user: User): void {
		const shown = this.people ?? [];
		if (shown.some(({ id }) => id === user.id)) {
			this.people = shown.map((other) => (other.id === user.id ? user : other));
			return;
		}
		this.people = [...shown, user].sort((a, b) => a.name.localeCompare(b.name));
		this.#count(1);
	}

	drop(id: string): void {
		const left = this.people?.filter((other) => other.id !== id);
		if (!left || left.length === this.people?.length) return;
		this.people = left;
		this.#count(-1);
	}

	#count(change: 1 | -1): void {
		this.total += change;
		if (this.next !== null) this.next += change;
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
