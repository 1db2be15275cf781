/** Times within a recording, as players write them. */

/** "2:15", or "1:02:15" from an hour on. */
export function clock(ms: number): string {
	const seconds = Math.floor(ms / 1000);
	const two = (part: number) => String(part % 60).padStart(2, '0');
	const minutes = Math.floor(seconds / 60);
	const hours = Math.floor(minutes / 60);
	return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
