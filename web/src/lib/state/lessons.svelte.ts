/** The lessons of the school, kept current by the server's event stream. */

import { createContext } from 'svelte';
import { auth, lessons as api, Problem, type Lesson } from '$lib/api';
import { backoff } from '$lib/utils/backoff';

export class Lessons {
	/** Null until the first answer. */
	all = $state.raw<Lesson[] | null>(null);
	problem = $state.raw<Problem | null>(null);
	/** Deleted by the person, undo still possible: not shown. */
	#hidden = $state.raw<ReadonlySet<string>>(new Set());
	shown = $derived((this.all ?? []).filter((lesson) => !this.#hidden.has(lesson.id)));

	#source: EventSource | null = null;
	#retry: ReturnType<typeof setTimeout> | undefined;
	#tries = 0;

	byId(id: string): Lesson | undefined {
		return this.all?.find((lesson) => lesson.id === id);
	}

	async load(): Promise<void> {
		try {
			const list = await api.list();
			this.all = sorted(list.map((lesson) => this.#newest(lesson)));
			this.problem = null;
		} catch (error) {
			this.problem = Problem.from(error);
		}
	}

	put(lesson: Lesson): void {
		const others = (this.all ?? []).filter((other) => other.id !== lesson.id);
		this.all = sorted([this.#newest(lesson), ...others]);
	}

	/** A list or an event may be slow, and older than what is known by then. */
	#newest(lesson: Lesson): Lesson {
		const known = this.byId(lesson.id);
		return known && known.updated_at > lesson.updated_at ? known : lesson;
	}

	drop(id: string): void {
		this.all = (this.all ?? []).filter((lesson) => lesson.id !== id);
	}

	hide(id: string): void {
		this.#hidden = new Set([...this.#hidden, id]);
	}

	unhide(id: string): void {
		this.#hidden = new Set([...this.#hidden].filter((other) => other !== id));
	}

	/** Loads the list and follows changes; the result stops following. */
	follow(): () => void {
		// Not left to the stream alone: some proxies hold it back until its first event.
		void this.load();
		this.#open();
		return () => {
			clearTimeout(this.#retry);
			this.#source?.close();
			this.#source = null;
		};
	}

	#open(): void {
		const source = new EventSource(api.eventsUrl());
		this.#source = source;
		// Events sent while the stream was down are lost, so each opening reads the list anew.
		source.onopen = () => {
			this.#tries = 0;
			void this.load();
		};
		source.addEventListener('lesson', (event) => {
			this.put(JSON.parse((event as MessageEvent<string>).data) as Lesson);
		});
		source.addEventListener('removed', (event) => {
			this.drop((JSON.parse((event as MessageEvent<string>).data) as { id: string }).id);
		});
		source.onerror = () => {
			source.close();
			if (this.#source !== source) return;
			if (this.all === null) void this.load();
			this.#retry = setTimeout(() => void this.#reopen(), backoff(this.#tries++));
		};
	}

	/** A stream refused for an old session looks like any other failure: this call renews it. */
	async #reopen(): Promise<void> {
		try {
			await auth.me();
		} catch (error) {
			if (Problem.from(error).status === 401) return;
		}
		if (this.#source) this.#open();
	}
}

/** Newest first; the id settles ties so that cards do not swap places. */
function sorted(lessons: Lesson[]): Lesson[] {
	return [...lessons].sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? -1 : 1));
}

export const [getLessons, setLessons] = createContext<Lessons>();
