/** The beginning of the box's addresses, as phones find it. */

import { box } from '$lib/api';

/** Whoever sits at the box itself opened a name that leads nowhere else. */
export async function phoneOrigin(): Promise<string> {
	if (!/^(localhost|127\.|\[::1\])/.test(location.hostname)) return location.origin;
	const status = await box.status().catch(() => null);
	return status?.addresses[0] ?? location.origin;
}
