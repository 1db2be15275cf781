/** A part of a whole as a percentage without decimals; none while the whole is nothing. */
export function share(part: number, whole: number): number | null {
	if (whole <= 0) return null;
	return Math.round((Math.max(0, Math.min(part, whole)) / whole) * 100);
}
