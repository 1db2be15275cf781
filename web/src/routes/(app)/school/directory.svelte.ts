/** The people of the school whom somebody looks after, in groups by what they are. */

import { SvelteMap } from 'svelte/reactivity';
import type { Member, User } from '$lib/api';
import { FoundPeople } from './found.svelte';

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

	load = async (): Promise<void> => {
		await Promise.all(this.groups.map(({ found }) => found.load()));
	};

	find(name: string): void {
		for (const { found } of this.groups) found.find(name);
	}

	/** Changed, or new. */
	put(user: User): void {
		if (this.ticked.has(user.id)) this.ticked.set(user.id, user);
		this.groups.find(({ role }) => role === user.role)?.found.put(user);
	}

	drop(id: string): void {
		this.ticked.delete(id);
		for (const { found } of this.groups) found.drop(id);
	}

	tick(user: User, wanted: boolean): void {
		if (wanted) this.ticked.set(user.id, user);
		else this.ticked.delete(user.id);
	}
}
