/** Milliseconds before try number `tries` (from 0): doubling to 15 s, spread so that a class of
 * phones does not come back in the same instant. */
export function backoff(tries: number, random: () => number = Math.random): number {
	const ceiling = Math.min(15_000, 500 * 2 ** Math.min(tries, 6));
	return Math.round(ceiling * (0.6 + 0.4 * random()));
}
