import type { Role } from '$lib/api';

export type Strength = 'short' | 'weak' | 'fair' | 'good';

/** The server's floor for administrators. */
export const MIN_PASSWORD = 12;

export function shortestPassword(role: Role): number {
	return role === 'learner' ? 8 : MIN_PASSWORD;
}

/** A hint, not a gate: length first, then variety; runs and the person's own name weaken it. */
export function passwordStrength(password: string, avoid: readonly string[] = []): Strength {
	if (password.length < MIN_PASSWORD) return 'short';
	const lower = password.toLowerCase();
	const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password));
	const distinct = new Set(lower).size;
	const named = avoid.some((word) => word.length > 2 && lower.includes(word.toLowerCase()));
	if (
		distinct < 6 ||
		named ||
		/^(.+)\1+$/.test(lower) ||
		/0123|1234|abcd|qwer|passw|welcome|bwenge/.test(lower)
	)
		return 'weak';
	return password.length >= 16 || kinds.length >= 3 ? 'good' : 'fair';
}
