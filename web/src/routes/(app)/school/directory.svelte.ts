/** The people of the school whom somebody looks after, in groups by what they are. */

import { SvelteMap } from 'svelte/reactivity';
import type { Member, User } from '$lib/api';
import { FoundPeople } from './found.svelte';

/** So many are changed at once. */
const MOST = 500;

export class Directory {
	readonly groups: { role: Member; found: FoundPeople }[];
	/** Who is ticked; also those whom a search does not show any more. */
	readonly ticked = new SvelteMap<string, User>();

	constructor(roles: Member[]) {
		this.groups = roles.map((role) => ({ role, found: new FoundPeople(() => ({ among: role })) }));
	}

	get isThere(): boolean {
		return this.groups.every(({ found }) => found.people);
	}

	get problem() {
		return this.groups.map(({ found }) => found.problem).find(Boolean) ?? null;
	}

	get total(): number {
		return this.groups.reduce((sum, { found }) => sum + found.total, 0);
	}

	/** How many there were when nobody was searched. */
	get everybody(): number {
		return this.groups.reduce((sum, { found }) => sum + found.everybody, 0);
	}

	load = async (): Promise<void> => {
		await Promise.all(this.groups.map(({ found }) => found.load()));
	};

	find(name: string): void {
		for (const { found } of this.groups) found.find(name);
	}

	/** Changed; somebody who is not shown stays so. */
	replace(users: User[]): void {
		for (const user of users) {
			if (this.ticked.has(user.id)) this.ticked.set(user.id, user);
			for (const { found } of this.groups) found.replace(user);
		}
	}

	/** Changed, or new: where a new one belongs only the box knows. */
	put(user: User): void {
		const found = this.groups.find(({ role }) => role === user.role)?.found;
		if (found?.shows(user.id)) this.replace([user]);
		else void found?.load();
	}

	drop(id: string): void {
		this.ticked.delete(id);
		for (const { found } of this.groups) found.drop(id);
	}

	tick(user: User, wanted: boolean): void {
		if (!wanted) this.ticked.delete(user.id);
		else if (this.ticked.size < MOST) this.ticked.set(user.id, user);
	}
}
