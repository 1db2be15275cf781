/** Which stretch of a recording is being heard. Pure. */

import type { Anchor } from '$lib/api';

/** Kinds with a picture; other recordings are only heard. */
const WITH_PICTURE = new Set(['mp4', 'm4v', 'mov', 'mkv', 'webm', 'avi', '3gp', 'ogv']);

export function hasPicture(format: string): boolean {
	return WITH_PICTURE.has(format);
}

/** The number of the last moment that began by then; none before the first. */
export function momentAt(anchors: readonly Anchor[], ms: number): number | null {
	let found: number | null = null;
	for (const { number, time } of anchors) {
		if (!time || time.start_ms > ms) break;
		found = number;
	}
	return found;
}
