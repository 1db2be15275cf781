/** Files on their way to the box. Lives above the pages, so moving about does not stop them. */

import { createContext } from 'svelte';
import { lessons as api, Problem, type Lesson } from '$lib/api';
import { renew, tellReach } from '$lib/api/client';

export type UploadState = 'waiting' | 'sending' | 'checking' | 'done' | 'failed';

export class Upload {
	readonly id: number;
	readonly file: File;
	state = $state<UploadState>('waiting');
	sent = $state(0);
	problem = $state.raw<Problem | null>(null);
	lessonId = $state<string | null>(null);
	request: XMLHttpRequest | null = null;

	constructor(id: number, file: File) {
		this.id = id;
		this.file = file;
	}

	get share(): number {
		return this.file.size ? Math.min(1, this.sent / this.file.size) : 1;
	}
}

const MB = 1_000_000;
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
	csv: 50 * MB,
	tsv: 50 * MB,
	md: 50 * MB,
	txt: 50 * MB,
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

export class Uploads {
	items = $state<Upload[]>([]);
	#next = 1;
	#busy = false;
	#added: (lesson: Lesson) => void;

	constructor(added: (lesson: Lesson) => void) {
		this.#added = added;
	}

	get active(): boolean {
		return this.items.some((item) => item.state !== 'done' && item.state !== 'failed');
	}

	add(files: Iterable<File>): void {
		for (const file of files) {
			const upload = new Upload(this.#next++, file);
			const problem = refuse(file);
			if (problem) {
				upload.problem = problem;
				upload.state = 'failed';
			}
			this.items.push(upload);
		}
		void this.#work();
	}

	retry(upload: Upload): void {
		upload.problem = null;
		upload.sent = 0;
		upload.state = 'waiting';
		void this.#work();
	}

	remove(upload: Upload): void {
		upload.request?.abort();
		this.items = this.items.filter((item) => item.id !== upload.id);
	}

	clearFinished(): void {
		this.items = this.items.filter((item) => item.state !== 'done' && item.state !== 'failed');
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
		try {
			let lesson: Lesson;
			try {
				lesson = await post(upload);
			} catch (error) {
				if (Problem.from(error).status !== 401 || !(await renew())) throw error;
				lesson = await post(upload);
			}
			upload.lessonId = lesson.id;
			upload.state = 'done';
			this.#added(lesson);
		} catch (error) {
			upload.problem = Problem.from(error);
			upload.lessonId = upload.problem.lessonId ?? null;
			upload.state = 'failed';
		} finally {
			upload.request = null;
		}
	}
}

/** `fetch` cannot report how many bytes have left, so this one call uses the older way. */
function post(upload: Upload): Promise<Lesson> {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		upload.request = request;
		request.open('POST', api.uploadUrl());
		request.setRequestHeader('Accept', 'application/json');
		request.upload.onprogress = (event) => {
			upload.sent = Math.min(event.loaded, upload.file.size);
			if (event.loaded >= event.total) upload.state = 'checking';
		};
		request.onload = () => {
			tellReach(true);
			if (request.status >= 200 && request.status < 300) {
				resolve(JSON.parse(request.responseText) as Lesson);
			} else {
				reject(Problem.fromBody(request.status, request.responseText));
			}
		};
		request.onerror = () => {
			tellReach(false);
			reject(Problem.offline());
		};
		const form = new FormData();
		form.append('file', upload.file, upload.file.name);
		request.send(form);
	});
}

export const [getUploads, setUploads] = createContext<Uploads>();
