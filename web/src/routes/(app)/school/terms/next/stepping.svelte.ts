/**
 * The step into another year or term while it is being decided: what is wanted of each class, and
 * what the box says would come of it. The box is asked again after every change, so that the page
 * never guesses. What was decided is kept while the browser is open: somebody looks something up on
 * another page and goes on.
 */

import {
	classes as classesApi,
	Problem,
	rollovers,
	terms as termsApi,
	type Class,
	type ClassWish,
	type How,
	type RolloverPlan,
	type RolloverStep,
	type Term,
} from '$lib/api';
import { dayTime } from '$lib/utils/day';
import { forget, keep, kept, type Draft, type Kind } from './draft';

const LONG_HOLIDAYS_MS = 35 * 24 * 3_600_000;

/** Typing pauses this long before the box is asked. */
const PAUSE_MS = 300;

/** Every class, whatever year it belongs to. */
export const ALL = 'all';

/** What is wanted of one class. */
export class Wanted {
	readonly of: Class;
	/** `stays` leaves it out; null is what the box suggests. */
	how = $state<How | 'stays' | null>(null);
	/** As typed; null is what the box suggests. */
	name = $state<string | null>(null);
	/** Learners who do not go along. */
	without = $state<string[]>([]);
	/** What would become of it; none while it stays. */
	step = $state.raw<RolloverStep | null>(null);

	constructor(of: Class, before: Draft['classes'][string] | undefined) {
		this.of = of;
		this.how = before?.how ?? null;
		this.name = before?.name ?? null;
		this.without = before?.without ?? [];
	}

	get nameless(): boolean {
		return this.name !== null && !this.name.trim();
	}

	/** What is asked of the box; into another term of a year a class goes on as it is. */
	wish(kind: Kind): ClassWish | null {
		if (this.how === 'stays') return null;
		const usual = kind === 'term' ? { how: 'promote' as const, name: this.of.name } : {};
		return {
			id: this.of.id,
			...usual,
			...(this.how && { how: this.how }),
			...(this.name !== null && { name: this.name.trim() }),
			without: [...this.without],
		};
	}
}

export class Stepping {
	terms = $state.raw<Term[] | null>(null);
	problem = $state.raw<Problem | null>(null);
	from = $state<string>(ALL);
	into = $state<string>('');
	/** Whether learners go up, or classes go on as they are. */
	kind = $state<Kind>('year');
	rows = $state.raw<Wanted[]>([]);
	plan = $state.raw<RolloverPlan | null>(null);
	/** Whether the box has said what it suggests. */
	begun = $state(false);
	#classes: Class[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;
	#asked = 0;

	/** What is sent: every class that does not stay. */
	get wishes(): ClassWish[] {
		return this.rows.flatMap((row) => row.wish(this.kind) ?? []);
	}

	/** Whether the step can be taken as it stands. */
	get ready(): boolean {
		return (
			this.plan !== null &&
			this.plan.steps.length > 0 &&
			!this.plan.steps.some((step) => step.name_taken) &&
			!this.rows.some((row) => row.how !== 'stays' && row.nameless)
		);
	}

	async load(): Promise<void> {
		this.problem = null;
		try {
			const [terms, all] = await Promise.all([termsApi.list(), classesApi.list()]);
			this.#classes = all.filter((each) => !each.archived);
			this.terms = terms;
			const draft = kept();
			const known = (id: string) => terms.some((term) => term.id === id);
			if (draft && known(draft.into) && (draft.from === ALL || known(draft.from))) {
				({ from: this.from, into: this.into, kind: this.kind } = draft);
				return await this.begin(draft.classes);
			}
			// The latest year is where things go; the one before is where they come from.
			this.into = terms[0]?.id ?? '';
			const before = terms[1];
			this.from = before && before.classes > 0 ? before.id : ALL;
			this.kind = this.#looksLike();
			await this.begin();
		} catch (error) {
			this.problem = Problem.from(error);
		}
	}

	/** The long holidays are between years; between the terms of one there are two or three weeks. */
	#looksLike(): Kind {
		const [from, into] = [this.from, this.into].map((id) =>
			this.terms?.find((term) => term.id === id),
		);
		if (!from || !into) return 'year';
		return dayTime(into.first_day) - dayTime(from.last_day) < LONG_HOLIDAYS_MS ? 'term' : 'year';
	}

	/** Other terms: what was decided for those before does not count for them. */
	async turn(): Promise<void> {
		forget();
		this.kind = this.#looksLike();
		await this.begin();
	}

	/** Takes the classes of the chosen year, with what was decided or the box suggests for each. */
	async begin(decided: Draft['classes'] = {}): Promise<void> {
		const fits = ({ term_id: term }: Class) =>
			term !== this.into && (this.from === ALL || term === this.from);
		this.rows = this.#classes.filter(fits).map((each) => new Wanted(each, decided[each.id]));
		this.plan = null;
		this.begun = false;
		await this.ask();
		this.begun = true;
	}

	/** Asks again once nothing more is changed. */
	changed(): void {
		clearTimeout(this.#timer);
		this.plan = null;
		this.#keep();
		this.#timer = setTimeout(() => void this.ask(), PAUSE_MS);
	}

	stop(): void {
		clearTimeout(this.#timer);
	}

	#keep(): void {
		const { from, into, kind } = this;
		const decided = this.rows.map(({ of, how, name, without }) => [of.id, { how, name, without }]);
		keep({ from, into, kind, classes: Object.fromEntries(decided) as Draft['classes'] });
	}

	async ask(): Promise<void> {
		const mine = ++this.#asked;
		const { wishes, into } = this;
		this.problem = null;
		if (!into || !wishes.length || this.rows.some((row) => row.how !== 'stays' && row.nameless)) {
			for (const row of this.rows) if (row.how === 'stays') row.step = null;
			return;
		}
		try {
			const plan = await rollovers.plan({ into, classes: wishes });
			// Something else is wanted by now.
			if (mine !== this.#asked) return;
			this.plan = plan;
			for (const row of this.rows) {
				row.step = plan.steps.find((step) => step.id === row.of.id) ?? null;
			}
		} catch (error) {
			if (mine === this.#asked) this.problem = Problem.from(error);
		}
	}

	async do(): Promise<RolloverPlan> {
		const done = await rollovers.do({ into: this.into, classes: this.wishes });
		forget();
		return done;
	}
}
