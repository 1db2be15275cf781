/** Which stretch of a recording is being heard. Pure. */

import type { Anchor } from '$lib/api';

/** Kinds with a picture; other recordings are only heard. */
const WITH_PICTURE = new Set(['mp4', 'm4v', 'mov', 'mkv', 'webm', 'avi', '3gp', 'ogv']);

export function hasPicture(format: string): boolean {
	return WITH_PICTURE.has(format);
}

/** A pause this long after a moment does not belong to it: others follow that are not known here. */
const LONGEST_PAUSE_MS = 5000;

/** The number of the last moment that began by then; none before the first and long after it. */
export function momentAt(anchors: readonly Anchor[], ms: number): number | null {
	let found: Anchor | null = null;
	for (const anchor of anchors) {
		if (!anchor.time || anchor.time.start_ms > ms) break;
		found = anchor;
	}
	const end = found?.time?.end_ms ?? 0;
	return found && ms < end + LONGEST_PAUSE_MS ? found.number : null;
}
