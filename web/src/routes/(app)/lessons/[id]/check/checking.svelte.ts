/** A lesson's text while a teacher checks it: what is shown, and changes with their undo. */

import { SvelteMap } from 'svelte/reactivity';
import { lessons as api, Problem, type Correction, type LessonText } from '$lib/api';
import { errorText } from '$lib/i18n/codes';
import type { I18n } from '$lib/i18n/i18n.svelte';
import type { Lessons } from '$lib/state/lessons.svelte';
import type { Toasts } from '$lib/state/toasts.svelte';
import { numbersOf, stretchAt, type Filter, type Stretch } from './pages';

export class Checking {
	text = $state.raw<LessonText | null>(null);
	problem = $state.raw<Problem | null>(null);
	filter = $state<Filter>('all');
	/** Null while the filter finds nothing. */
	stretch = $state.raw<Stretch | null>(null);
	busy = $state(false);
	/** Words being written, by block: they outlive a turned phone and a look at another page. */
	readonly drafts = new SvelteMap<string, string>();
	#at = 1;
	#turn = 0;

	/** Whether words are being written that differ from what is kept. */
	get unsaved(): boolean {
		const blocks = this.text?.sections.flatMap((section) => section.blocks) ?? [];
		const kept = new Map(blocks.map((block) => [block.key, block.text]));
		return [...this.drafts].some(([key, words]) => words.trim() && words !== kept.get(key));
	}

	constructor(
		readonly id: string,
		private readonly with_: { i18n: I18n; lessons: Lessons; toasts: Toasts },
	) {}

	/** Shows the page with this number, or the next one that the filter finds. */
	async go(at: number): Promise<void> {
		this.#at = at;
		await this.reload();
	}

	async show(filter: Filter): Promise<void> {
		this.filter = filter;
		await this.go(1);
	}

	async reload(): Promise<void> {
		const mine = ++this.#turn;
		try {
			// How many pages there are, and which are changed, comes with any of them.
			const known = this.text ?? (await this.#fetch({ from: this.#at, to: this.#at }));
			const fresh = await this.#fetch(this.#find(known) ?? { from: 1, to: 1 });
			const stretch = this.#find(fresh);
			// Taking a change back may have emptied a filter's page.
			const same = stretch?.from === fresh.sections[0]?.anchor.number;
			const text = same || !stretch ? fresh : await this.#fetch(stretch);
			if (mine !== this.#turn) return;
			this.text = text;
			this.stretch = stretch;
			this.problem = null;
		} catch (error) {
			if (mine === this.#turn) this.problem = Problem.from(error);
		}
	}

	#find(text: LessonText): Stretch | null {
		const numbers = numbersOf(this.filter, text);
		return stretchAt(numbers, this.#at, this.filter, text.lesson.page_kind);
	}

	#fetch({ from, to }: { from: number; to: number }): Promise<LessonText> {
		return api.text(this.id, { from, to, edits: 'true' });
	}

	/** Whether the change was taken; what went wrong is told. `undo` brings the old state back. */
	async change(edits: Correction[], said: string, undo: Correction[] | null): Promise<boolean> {
		const { i18n, lessons, toasts } = this.with_;
		this.busy = true;
		try {
			lessons.put(await api.correct(this.id, edits));
			await this.reload();
			toasts.show({
				text: said,
				tone: 'good',
				...(undo && {
					action: {
						label: i18n.t('action.undo'),
						run: () => void this.change(undo, i18n.t('text.put_back_done'), null),
					},
				}),
			});
			return true;
		} catch (error) {
			toasts.bad(errorText(i18n, error));
			// Somebody else may have read the file again meanwhile.
			if (Problem.from(error).code === 'conflict') await this.reload();
			return false;
		} finally {
			this.busy = false;
		}
	}
}
