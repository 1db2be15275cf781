/**
 * One file on its way to the box, over the tus client: it knows where the box was after a lost
 * connection, and after a reload of the page once the same file is chosen again.
 */

import type { Upload as TusUpload } from 'tus-js-client';
import { lessons as api, Problem } from '$lib/api';

/** What became of a file that arrived: a lesson, or the lesson of the same file that was there. */
export interface Outcome {
	lessonId: string | null;
	sameAs: string | null;
}

/** What the queue of uploads needs to send a file; the tests have another one. */
export interface Carrier {
	/** Sends what is missing. Fails with a `Problem`, or with `Stopped`; may be called again then. */
	send: () => Promise<Outcome>;
	/** Stops sending; what came is kept. */
	stop: () => Promise<void>;
	/** Stops sending and has the box forget the file. */
	discard: () => Promise<void>;
	/** Adds the file although the same one is there. */
	keep: () => Promise<{ id: string }>;
}

/** Why `send` ended when the person stopped it. */
export class Stopped extends Error {}

export async function openTransfer(
	file: File,
	onProgress: (sent: number) => void,
): Promise<Carrier> {
	// Loaded with the first file: most people never upload anything.
	const tus = await import('tus-js-client');
	const told: Outcome = { lessonId: null, sameAs: null };
	const upload = new tus.Upload(file, {
		endpoint: api.uploadsUrl(),
		metadata: { filename: file.name },
		// When to try again is the queue's business: it knows the session and the connection.
		retryDelays: [],
		removeFingerprintOnSuccess: true,
		onProgress,
		onAfterResponse: (request, response) => {
			refuseToStartAgain(request.getMethod(), response.getStatus());
			told.lessonId = response.getHeader('Bwenge-Lesson') ?? null;
			told.sameAs = response.getHeader('Bwenge-Same-As') ?? null;
		},
	});
	const [previous] = await upload.findPreviousUploads().catch(() => []);
	if (previous) upload.resumeFromPreviousUpload(previous);
	return carrier(upload, told);
}

function carrier(upload: TusUpload, told: Outcome): Carrier {
	let giveUp: (() => void) | null = null;
	const stop = async (forGood: boolean) => {
		giveUp?.();
		// The box forgets it by itself in a day when it cannot be told now.
		await upload.abort(forGood).catch(() => undefined);
	};
	return {
		send: () =>
			new Promise((resolve, reject) => {
				giveUp = () => reject(new Stopped());
				upload.options.onSuccess = () => resolve({ ...told });
				upload.options.onError = (error) => reject(problemOf(error));
				upload.start();
			}),
		stop: () => stop(false),
		discard: () => stop(true),
		keep: () => api.keepUpload(upload.url?.split('/').pop() ?? ''),
	};
}

/**
 * The client takes any failure to say where the box was for an upload that is gone, and begins
 * anew. Only these statuses say so; after others it is asked again, so that no byte is sent twice.
 */
export function refuseToStartAgain(method: string, status: number): void {
	const isKnown = (status >= 200 && status < 300) || status === 404 || status === 410;
	if (method === 'HEAD' && !isKnown) throw Problem.fromBody(status, '');
}

/** The client's errors carry the answer, if there was one, or what was thrown at it. */
export function problemOf(error: unknown): Problem {
	const { causingError, originalResponse } = error as {
		causingError?: unknown;
		originalResponse?: { getStatus: () => number; getBody: () => string } | null;
	};
	if (causingError instanceof Problem) return causingError;
	const status = originalResponse?.getStatus() ?? 0;
	if (!originalResponse || status === 0) return Problem.offline();
	return Problem.fromBody(status, originalResponse.getBody());
}
