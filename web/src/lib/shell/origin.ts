/** The beginning of the box's addresses, as phones find it. */

import { box } from '$lib/api';

/** Whoever sits at the box itself opened a name that leads nowhere else. */
export async function phoneOrigin(): Promise<string> {
	const { hostname, origin, protocol, port } = location;
	const isLoopback = /^(localhost|127\.|\[::1\])/.test(hostname);
	const known = await box.get().catch(() => null);
	// Phones do not know the certificate of a box; that of a proxy before it is another matter.
	const isOwnHttps = protocol === 'https:' && String(known?.https_port ?? '') === (port || '443');
	if (!isLoopback && !isOwnHttps) return origin;
	const status = await box.status().catch(() => null);
	const addresses = status?.addresses ?? [];
	const same = addresses.find((address) => new URL(address).hostname === hostname);
	return same ?? addresses[0] ?? origin;
}
