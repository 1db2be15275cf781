/** Who is signed in, at which school, on which box. */

import { createContext } from 'svelte';
import { auth, box as boxApi, Problem, type Box, type Me } from '$lib/api';

/** Where whoever comes next signs in on a device that several use. */
const DOOR = 'bwenge.door';

export class Session {
	box = $state.raw<Box | null>(null);
	me = $state.raw<Me | null>(null);

	get role() {
		return this.me?.user.role ?? 'learner';
	}
	/** Looks around without an account. */
	get isGuest(): boolean {
		return this.role === 'guest';
	}
	get isAdmin(): boolean {
		return this.role === 'admin';
	}
	/** Teachers and administrators prepare lessons and tutors. */
	get isStaff(): boolean {
		return this.role === 'admin' || this.role === 'teacher';
	}

	async loadBox(): Promise<Box> {
		this.box = await boxApi.get();
		return this.box;
	}

	/** Null when nobody is signed in; other problems are thrown. */
	async loadMe(): Promise<Me | null> {
		try {
			this.me = await auth.me();
		} catch (error) {
			const problem = Problem.from(error);
			if (problem.status !== 401) throw problem;
			this.me = null;
		}
		return this.me;
	}

	/** The page to sign in on: of a shared device the one its person came by. */
	get door(): string {
		if (!this.me?.shared) return '/signin';
		try {
			return sessionStorage.getItem(DOOR) ?? '/signin/class';
		} catch {
			return '/signin/class';
		}
	}

	/** Somebody signed in; `door` is where the next one on a shared device does. */
	begin(me: Me, door: string): void {
		this.me = me;
		try {
			sessionStorage.setItem(DOOR, door);
		} catch {
			// Without storage the next one types the code of the class.
		}
	}

	async signOut(): Promise<void> {
		await auth.logout();
		this.forget();
	}

	/** Nothing of a person stays on the page. */
	forget(): void {
		try {
			// A question typed but not sent is nothing for the next person on this phone.
			sessionStorage.clear();
		} catch {
			// Without storage nothing was kept.
		}
		this.me = null;
	}
}

export const [getSession, setSession] = createContext<Session>();
