/**
 * The step into another year while it is being decided: what is wanted of each class, and what the
 * box says would come of it. The box is asked again after every change, so that the page never
 * guesses.
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

	constructor(of: Class) {
		this.of = of;
	}

	get nameless(): boolean {
		return this.name !== null && !this.name.trim();
	}

	get wish(): ClassWish | null {
		if (this.how === 'stays') return null;
		return {
			id: this.of.id,
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
	rows = $state.raw<Wanted[]>([]);
	plan = $state.raw<RolloverPlan | null>(null);
	/** Whether the box has said what it suggests. */
	begun = $state(false);
	#classes: Class[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;
	#asked = 0;

	/** What is sent: every class that does not stay. */
	get wishes(): ClassWish[] {
		return this.rows.flatMap((row) => row.wish ?? []);
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
			// The latest year is where things go; the one before is where they come from.
			this.into = terms[0]?.id ?? '';
			const before = terms[1];
			this.from = before && before.classes > 0 ? before.id : ALL;
			this.terms = terms;
			await this.begin();
		} catch (error) {
			this.problem = Problem.from(error);
		}
	}

	/** Takes the classes of the chosen year, with what the box suggests for each. */
	async begin(): Promise<void> {
		const fits = ({ term_id: term }: Class) =>
			term !== this.into && (this.from === ALL || term === this.from);
		this.rows = this.#classes.filter(fits).map((each) => new Wanted(each));
		this.plan = null;
		this.begun = false;
		await this.ask();
		this.begun = true;
	}

	/** Asks again once nothing more is changed. */
	changed(): void {
		clearTimeout(this.#timer);
		this.plan = null;
		this.#timer = setTimeout(() => void this.ask(), PAUSE_MS);
	}

	stop(): void {
		clearTimeout(this.#timer);
	}

	async ask(): Promise<void> {
		const mine = ++this.#asked;
		const { wishes, into } = this;
		if (!into || !wishes.length || this.rows.some((row) => row.how !== 'stays' && row.nameless)) {
			for (const row of this.rows) if (row.how === 'stays') row.step = null;
			return;
		}
		try {
			const plan = await rollovers.plan({ into, classes: wishes });
			// Something else is wanted by now.
			if (mine !== this.#asked) return;
			this.problem = null;
			this.plan = plan;
			for (const row of this.rows) {
				row.step = plan.steps.find((step) => step.id === row.of.id) ?? null;
			}
		} catch (error) {
			if (mine === this.#asked) this.problem = Problem.from(error);
		}
	}

	do(): Promise<RolloverPlan> {
		return rollovers.do({ into: this.into, classes: this.wishes });
	}
}
