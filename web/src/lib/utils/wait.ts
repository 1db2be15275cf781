/** A time to wait as the box told it. */
export interface Wait {
	/** When it was told. */
	told: number;
	/** When it is over. */
	until: number;
}

/**
 * Whole seconds of it that are left. `now` comes from a clock that ticks seldom and may be older
 * than the wait itself; it must not make it longer than it was told.
 */
export function secondsLeft(wait: Wait, now: number): number {
	return Math.max(0, Math.ceil((wait.until - Math.max(now, wait.told)) / 1_000));
}

/** From so many seconds on, minutes say it better. */
const MINUTES_FROM = 105;

/**
 * An estimate in words: no finer than it is good for, so that a new one a little off the last does
 * not make the number dance.
 */
export function roughly(seconds: number): { unit: 'minutes' | 'seconds'; count: number } {
	if (seconds >= MINUTES_FROM) return { unit: 'minutes', count: Math.round(seconds / 60) };
	const step = seconds > 60 ? 10 : seconds > 15 ? 5 : 1;
	return { unit: 'seconds', count: Math.round(seconds / step) * step };
}
