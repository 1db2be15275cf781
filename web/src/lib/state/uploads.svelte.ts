/** Files on their way to the box. Lives above the pages, so moving about does not stop them. */

import { createContext } from 'svelte';
import { auth, lessons as api, Problem, type Lesson, type ProblemCode } from '$lib/api';
import { backoff } from '$lib/utils/backoff';
import { openTransfer, Stopped, type Carrier } from './transfer';

/**
 * `lost` waits for the connection and goes on by itself, `paused` waits for the person. `same`
 * arrived and is in the library already.
 */
export type UploadState =
	'waiting' | 'sending' | 'lost' | 'paused' | 'checking' | 'same' | 'done' | 'failed';

export class Upload {
	readonly id: number;
	readonly file: File;
	state = $state<UploadState>('waiting');
	sent = $state(0);
	problem = $state.raw<Problem | null>(null);
	lessonId = $state<string | null>(null);
	carrier: Carrier | null = null;
	/** Tries since the last byte moved. */
	tries = 0;

	constructor(id: number, file: File) {
		this.id = id;
		this.file = file;
	}

	get share(): number {
		return this.file.size ? Math.min(1, this.sent / this.file.size) : 1;
	}

	/** Nothing more happens to it unless the person wants it. */
	get settled(): boolean {
		return this.state === 'done' || this.state === 'failed' || this.state === 'same';
	}

	/** It failed, and may succeed as it is: the fault is the box's or the way's, not the file's. */
	get retriable(): boolean {
		const problem = this.problem;
		if (this.state !== 'failed' || !problem) return false;
		const passes = PASSING.has(problem.code) || RETRIABLE.has(problem.code);
		return passes || problem.status >= 500;
	}
}

const MB = 1 << 20;
/** The endings and sizes the box takes; a test of the box holds this table against its own. */
const LIMITS: Record<string, number> = {
	pdf: 100 * MB,
	docx: 50 * MB,
	pptx: 50 * MB,
	xlsx: 50 * MB,
	odt: 50 * MB,
	odp: 50 * MB,
	epub: 50 * MB,
	html: 50 * MB,
	htm: 50 * MB,
	xhtml: 50 * MB,
	csv: 50 * MB,
	tsv: 50 * MB,
	md: 50 * MB,
	markdown: 50 * MB,
	txt: 50 * MB,
	text: 50 * MB,
	wav: 200 * MB,
	mp3: 200 * MB,
	aac: 200 * MB,
	m4a: 200 * MB,
	m4b: 200 * MB,
	ogg: 200 * MB,
	oga: 200 * MB,
	opus: 200 * MB,
	flac: 200 * MB,
	mp4: 500 * MB,
	m4v: 500 * MB,
	'3gp': 500 * MB,
	mov: 500 * MB,
	webm: 500 * MB,
	mkv: 500 * MB,
	mka: 500 * MB,
	jpg: 50 * MB,
	jpeg: 50 * MB,
	jfif: 50 * MB,
	png: 50 * MB,
	webp: 50 * MB,
	gif: 50 * MB,
};

export const ACCEPTED = Object.keys(LIMITS)
	.map((ending) => `.${ending}`)
	.join(',');

/** What can be said before a byte is sent; the server checks again and knows better. */
export function refuse(file: { name: string; size: number }): Problem | null {
	const kind = file.name.toLowerCase().split('.').pop() ?? '';
	const limit = LIMITS[kind];
	if (limit === undefined) return new Problem('file_type_unknown');
	if (file.size === 0) return new Problem('file_empty');
	if (file.size > limit) return new Problem('file_too_big');
	return null;
}

/** Troubles of the way, not of the file: they pass. */
const PASSING: ReadonlySet<ProblemCode> = new Set([
	'offline',
	'conflict',
	'upload_busy',
	'checksum_mismatch',
	'rate_limited',
	'timeout',
	'unavailable',
]);

/** What the person may want to try again. */
const RETRIABLE: ReadonlySet<ProblemCode> = new Set(['queue_full', 'internal']);

/** A file that was moved or changed since it was chosen looks like a lost connection otherwise. */
async function readable(file: File): Promise<void> {
	try {
		await file.slice(0, 1).arrayBuffer();
	} catch {
		throw new Problem('not_found');
	}
}

type Opener = (file: File, onProgress: (sent: number) => void) => Promise<Carrier>;

export class Uploads {
	items = $state<Upload[]>([]);
	/** Files inside dropped folders that are no lessons. */
	skipped = $state(0);
	#next = 1;
	#busy = false;
	#wake: (() => void) | null = null;
	#added: (lesson: Lesson) => void;
	#open: Opener;

	constructor(added: (lesson: Lesson) => void, open: Opener = openTransfer) {
		this.#added = added;
		this.#open = open;
	}

	get active(): boolean {
		return this.items.some((item) => !item.settled);
	}

	/** `inside` were found in folders: of those, what is no lesson is only counted. */
	add(files: Iterable<File>, inside: Iterable<File> = []): void {
		for (const file of files) this.#put(file);
		for (const file of inside) {
			if (refuse(file)?.code === 'file_type_unknown') this.skipped++;
			else this.#put(file);
		}
		void this.#work();
	}

	pause(upload: Upload): void {
		upload.state = 'paused';
		void upload.carrier?.stop();
		this.nudge();
	}

	/** After a pause or a failure. */
	resume(upload: Upload): void {
		upload.problem = null;
		upload.tries = 0;
		upload.state = 'waiting';
		void this.#work();
	}

	remove(upload: Upload): void {
		this.items = this.items.filter((item) => item.id !== upload.id);
		if (upload.state !== 'done') void upload.carrier?.discard();
		this.nudge();
	}

	/** Adds a file that is in the library already, because the person wants it. */
	async keep(upload: Upload): Promise<void> {
		if (!upload.carrier) return;
		upload.state = 'checking';
		try {
			const { id } = await upload.carrier.keep();
			this.#finish(upload, id);
		} catch (error) {
			const problem = Problem.from(error);
			// The lesson it was compared with was deleted, and the upload with it.
			if (problem.code === 'not_found') this.resume(upload);
			else this.#fail(upload, problem);
		}
	}

	clearFinished(): void {
		const gone = this.items.filter((item) => item.settled);
		for (const upload of gone) {
			if (upload.state !== 'done') void upload.carrier?.discard();
		}
		this.items = this.items.filter((item) => !item.settled);
		this.skipped = 0;
	}

	/** Ends with the session: nothing is sent in the name of who comes next. What came is kept. */
	stop(): void {
		const all = this.items;
		this.items = [];
		for (const upload of all) {
			if (!upload.settled) void upload.carrier?.stop();
		}
		this.nudge();
	}

	/** The box can be reached again, or there is another reason not to wait. */
	nudge(): void {
		this.#wake?.();
	}

	#put(file: File): void {
		const upload = new Upload(this.#next++, file);
		const problem = refuse(file);
		if (problem) this.#fail(upload, problem);
		this.items.push(upload);
	}

	/** One file at a time: school Wi-Fi is shared by the class. */
	async #work(): Promise<void> {
		if (this.#busy) return;
		this.#busy = true;
		try {
			for (;;) {
				const next = this.items.find((item) => item.state === 'waiting');
				if (!next) return;
				await this.#send(next);
			}
		} finally {
			this.#busy = false;
		}
	}

	async #send(upload: Upload): Promise<void> {
		upload.state = 'sending';
		while (this.#wanted(upload)) {
			try {
				// A session that ended is renewed here: the client takes a 401 for an upload that is gone.
				await auth.me();
				await readable(upload.file);
				upload.carrier ??= await this.#open(upload.file, (sent) => this.#progress(upload, sent));
				if (!this.#wanted(upload)) return;
				upload.state = 'sending';
				const { lessonId, sameAs } = await upload.carrier.send();
				if (sameAs) {
					upload.lessonId = sameAs;
					upload.state = 'same';
				} else if (lessonId) {
					this.#finish(upload, lessonId);
				} else {
					throw new Problem('internal');
				}
				return;
			} catch (error) {
				if (error instanceof Stopped || !this.#wanted(upload)) return;
				const problem = Problem.from(error);
				if (!PASSING.has(problem.code)) {
					this.#fail(upload, problem);
					return;
				}
				upload.state = 'lost';
				await this.#wait(backoff(upload.tries++));
			}
		}
	}

	/** Whether it is still on the list and nobody paused it. */
	#wanted(upload: Upload): boolean {
		return upload.state !== 'paused' && this.items.some((item) => item.id === upload.id);
	}

	#progress(upload: Upload, sent: number): void {
		if (upload.state !== 'sending' && upload.state !== 'checking') return;
		if (sent > upload.sent) upload.tries = 0;
		upload.sent = sent;
		upload.state = sent >= upload.file.size ? 'checking' : 'sending';
	}

	#finish(upload: Upload, lessonId: string): void {
		upload.lessonId = lessonId;
		upload.sent = upload.file.size;
		upload.state = 'done';
		// The stream of news brings it as well, should this fail.
		api.get(lessonId).then(this.#added, () => undefined);
	}

	#fail(upload: Upload, problem: Problem): void {
		upload.problem = problem;
		upload.state = 'failed';
	}

	#wait(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const done = () => {
				clearTimeout(timer);
				this.#wake = null;
				resolve();
			};
			const timer = setTimeout(done, ms);
			this.#wake = done;
		});
	}
}

export const [getUploads, setUploads] = createContext<Uploads>();
