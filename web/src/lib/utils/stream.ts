/**
 * Adds a streamed piece that starts at `offset` to the text held so far. What is already held is
 * skipped; null means that something between is missing and has to be asked for again.
 */
export function appendAt(held: string, offset: number, piece: string): string | null {
	if (offset > held.length) return null;
	return held + piece.slice(held.length - offset);
}
