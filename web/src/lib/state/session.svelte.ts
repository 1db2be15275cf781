/** Who is signed in, at which school, on which box. */

import { createContext } from 'svelte';
import { auth, box as boxApi, Problem, type Box, type Me } from '$lib/api';

export class Session {
	box = $state.raw<Box | null>(null);
	me = $state.raw<Me | null>(null);

	get role() {
		return this.me?.user.role ?? 'learner';
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

	async signOut(): Promise<void> {
		await auth.logout();
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
