/** What every way of signing in ends with. */

import { auth, type Me } from '$lib/api';
import type { I18n } from '$lib/i18n/i18n.svelte';

/** A language chosen on the page is this person's choice from now on; else theirs applies. */
export async function speakTo(i18n: I18n, me: Me): Promise<void> {
	if (i18n.touched) void auth.update({ language: i18n.language }).catch(() => undefined);
	else await i18n.choose(me.user.language);
	i18n.touched = false;
}
