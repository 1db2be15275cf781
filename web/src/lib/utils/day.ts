/** Days of the calendar, as the box writes them: `2026-01-05`. */

/** Midnight of a day where this browser is, for writing it the language's way. */
export function dayTime(day: string): number {
	const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
	return new Date(year, month - 1, date).getTime();
}

/** Midnight after a day, where this browser is. */
export function dayEnd(day: string): number {
	const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
	return new Date(year, month - 1, date + 1).getTime();
}
