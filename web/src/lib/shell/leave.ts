/** Signing out, wherever the button for it is. */

import type { I18n } from '$lib/i18n/i18n.svelte';
import type { Session } from '$lib/state/session.svelte';

/** Ends the session; where the next one signs in, for whom a chosen language is not. */
export async function leave(session: Session, i18n: I18n): Promise<string> {
	const { door } = session;
	await session.signOut();
	i18n.touched = false;
	return door;
}
