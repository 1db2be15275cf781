import { beforeEach, describe, expect, it, vi } from 'vitest';
import { auth, lessons, Problem, type Lesson } from '$lib/api';
import { problemOf, refuseToStartAgain, Stopped, type Carrier, type Outcome } from './transfer';
import { refuse, Uploads } from './uploads.svelte';

describe('a file', () => {
	it.each([
		[{ name: 'lesson.PDF', size: 1_000 }, null],
		[{ name: 'lesson.exe', size: 1_000 }, 'file_type_unknown'],
		[{ name: 'lesson', size: 1_000 }, 'file_type_unknown'],
		[{ name: 'lesson.docx', size: 0 }, 'file_empty'],
		[{ name: 'lesson.pdf', size: 99_000_000 }, null],
		[{ name: 'lesson.pdf', size: 120_000_000 }, 'file_too_big'],
		[{ name: 'lesson.pptx', size: 60_000_000 }, 'file_too_big'],
	] as const)('%j is judged %s', (file, code) => {
		expect(refuse(file)?.code ?? null).toBe(code);
	});
});

/** A way to the box that does as told: each step is an outcome, an error, or a wait for `stop`. */
class FakeCarrier implements Carrier {
	calls: string[] = [];
	/** What `keep` fails with at first. */
	refusals: Problem[] = [];
	#steps: (Outcome | Error | 'wait')[];
	#stopped: ((error: Error) => void) | null = null;

	constructor(steps: (Outcome | Error | 'wait')[]) {
		this.#steps = steps;
	}

	send = () => {
		this.calls.push('send');
		const step = this.#steps.shift() ?? 'wait';
		if (step instanceof Error) return Promise.reject(step);
		if (step !== 'wait') return Promise.resolve(step);
		return new Promise<Outcome>((_, reject) => (this.#stopped = reject));
	};
	stop = () => this.#end('stop');
	discard = () => this.#end('discard');
	keep = () => {
		this.calls.push('keep');
		const refusal = this.refusals.shift();
		return refusal ? Promise.reject(refusal) : Promise.resolve({ id: 'second' });
	};

	#end(call: string): Promise<void> {
		this.calls.push(call);
		this.#stopped?.(new Stopped());
		return Promise.resolve();
	}
}

const added: Outcome = { lessonId: 'first', sameAs: null };
const same: Outcome = { lessonId: null, sameAs: 'first' };

function queue(...steps: (Outcome | Error | 'wait')[]) {
	const carrier = new FakeCarrier(steps);
	const got: string[] = [];
	const uploads = new Uploads(
		(lesson) => got.push(lesson.id),
		() => Promise.resolve(carrier),
	);
	const first = () => {
		const [item] = uploads.items;
		if (!item) throw new Error('the list is empty');
		return item;
	};
	const state = (nth = 0) => uploads.items[nth]?.state;
	return { carrier, got, uploads, first, state };
}

const lesson = () => new File(['words'], 'lesson.txt');

describe('files on their way', () => {
	beforeEach(() => {
		vi.spyOn(auth, 'me').mockResolvedValue({} as never);
		vi.spyOn(lessons, 'get').mockImplementation((id) => Promise.resolve({ id } as Lesson));
	});

	it('become lessons, one after the other', async () => {
		const { carrier, got, uploads, state } = queue(added, added);
		uploads.add([lesson(), lesson()]);
		await vi.waitFor(() => expect(got).toEqual(['first', 'first']));
		expect([state(0), state(1), uploads.active]).toEqual(['done', 'done', false]);
		expect(carrier.calls).toEqual(['send', 'send']);
	});

	it('wait for a lost connection and go on by themselves', async () => {
		const busy = new Problem('upload_busy', 423);
		const { carrier, uploads, state } = queue(Problem.offline(), busy, added);
		uploads.add([lesson()]);
		for (const tries of [1, 2]) {
			await vi.waitFor(() => expect(carrier.calls).toHaveLength(tries));
			await vi.waitFor(() => expect(state()).toBe('lost'));
			uploads.nudge();
		}
		await vi.waitFor(() => expect(state()).toBe('done'));
	});

	it('fail when the box refuses them, and may be tried again', async () => {
		const { uploads, first, state } = queue(new Problem('disk_full', 507), added);
		uploads.add([lesson()]);
		await vi.waitFor(() => expect(state()).toBe('failed'));
		expect(uploads.items[0]?.problem?.code).toBe('disk_full');
		uploads.resume(first());
		await vi.waitFor(() => expect(state()).toBe('done'));
	});

	it('pause, let the next one pass, and go on', async () => {
		const { carrier, uploads, first, state } = queue('wait', added, added);
		uploads.add([lesson(), lesson()]);
		await vi.waitFor(() => expect(carrier.calls).toEqual(['send']));
		uploads.pause(first());
		await vi.waitFor(() => expect(state(1)).toBe('done'));
		expect(state(0)).toBe('paused');
		uploads.resume(first());
		await vi.waitFor(() => expect(state(0)).toBe('done'));
	});

	it('are forgotten by the box when taken off the list', async () => {
		const { carrier, uploads, first } = queue('wait');
		uploads.add([lesson()]);
		await vi.waitFor(() => expect(carrier.calls).toEqual(['send']));
		uploads.remove(first());
		expect(carrier.calls).toEqual(['send', 'discard']);
		expect(uploads.active).toBe(false);
	});

	it('are told to be there already and added when wanted', async () => {
		const { got, uploads, first, state } = queue(same);
		uploads.add([lesson()]);
		await vi.waitFor(() => expect(state()).toBe('same'));
		expect(uploads.items[0]?.lessonId).toBe('first');
		expect(got).toEqual([]);
		await uploads.keep(first());
		expect([state(), uploads.items[0]?.lessonId]).toEqual(['done', 'second']);
		await vi.waitFor(() => expect(got).toEqual(['second']));
	});

	it('may be tried again when adding them all the same failed on the way', async () => {
		const { carrier, uploads, first, state } = queue(same, same);
		carrier.refusals = [Problem.offline()];
		uploads.add([lesson()]);
		await vi.waitFor(() => expect(state()).toBe('same'));
		await uploads.keep(first());
		expect([state(), first().retriable]).toEqual(['failed', true]);
		uploads.resume(first());
		await vi.waitFor(() => expect(state()).toBe('same'));
		await uploads.keep(first());
		expect([state(), first().retriable]).toEqual(['done', false]);
	});

	it('are sent again when the lesson of the same file was deleted meanwhile', async () => {
		const { carrier, uploads, first, state } = queue(same, added);
		carrier.refusals = [new Problem('not_found', 404)];
		uploads.add([lesson()]);
		await vi.waitFor(() => expect(state()).toBe('same'));
		await uploads.keep(first());
		await vi.waitFor(() => expect(state()).toBe('done'));
		expect(carrier.calls).toEqual(['send', 'keep', 'send']);
	});

	it('stop with the session and are not sent by the next one', async () => {
		const { carrier, got, uploads } = queue('wait', added);
		uploads.add([lesson(), lesson()]);
		await vi.waitFor(() => expect(carrier.calls).toEqual(['send']));
		uploads.stop();
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect([carrier.calls, uploads.items, got]).toEqual([['send', 'stop'], [], []]);
	});

	it('stop while they wait for the connection', async () => {
		const { carrier, uploads, state } = queue(Problem.offline(), added);
		uploads.add([lesson()]);
		await vi.waitFor(() => expect(state()).toBe('lost'));
		uploads.stop();
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(carrier.calls).toEqual(['send', 'stop']);
	});

	it('are forgotten by the box when they failed and the list is closed', async () => {
		const { carrier, uploads, state } = queue(new Problem('disk_full', 507));
		uploads.add([lesson()]);
		await vi.waitFor(() => expect(state()).toBe('failed'));
		uploads.clearFinished();
		expect([carrier.calls, uploads.items]).toEqual([['send', 'discard'], []]);
	});

	it('leave out what is no lesson inside a folder', () => {
		const { uploads, state } = queue();
		const program = () => new File(['x'], 'program.exe');
		uploads.add([program()], [program(), program(), lesson()]);
		expect([uploads.items.length, uploads.skipped]).toEqual([2, 2]);
		expect(state(0)).toBe('failed');
		uploads.clearFinished();
		expect([uploads.items.length, uploads.skipped]).toEqual([1, 0]);
	});
});

describe('an error of the client', () => {
	it('is the answer of the box, if there was one', () => {
		const answer = { getStatus: () => 507, getBody: () => '{"code":"disk_full"}' };
		expect(problemOf({ originalResponse: answer }).code).toBe('disk_full');
		expect(problemOf({ originalResponse: null }).code).toBe('offline');
		expect(problemOf(new Error('no network')).code).toBe('offline');
		const busy = { causingError: new Problem('upload_busy', 423), originalResponse: null };
		expect(problemOf(busy).code).toBe('upload_busy');
	});

	it.each([
		['HEAD', 200, null],
		['HEAD', 404, null],
		['HEAD', 410, null],
		['PATCH', 503, null],
		['HEAD', 423, 'upload_busy'],
		['HEAD', 429, 'rate_limited'],
		['HEAD', 460, 'checksum_mismatch'],
		['HEAD', 503, 'unavailable'],
		['HEAD', 507, 'disk_full'],
	])('after %s, a %d has it begin anew or is %s', (method, status, code) => {
		const asked = () => refuseToStartAgain(method, status);
		if (code) expect(asked).toThrow(expect.objectContaining({ code }) as Error);
		else expect(asked).not.toThrow();
	});
});
