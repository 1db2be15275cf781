import { Problem } from '$lib/api';
import { I18n } from '$lib/i18n/i18n.svelte';
import { Session } from '$lib/state/session.svelte';
import type { LayoutLoad } from './$types';

// The box serves plain files: every page is made in the browser.
export const ssr = false;
export const prerender = false;

/** Runs once: the language, the box and, when a session lives, the person. */
export const load: LayoutLoad = async () => {
	const session = new Session();
	const [i18n, problem] = await Promise.all([I18n.start(), start(session)]);
	if (session.me && !i18n.chosen) await i18n.use(session.me.user.language);
	return { i18n, session, problem };
};

async function start(session: Session): Promise<Problem | null> {
	try {
		const box = await session.loadBox();
		if (box.setup_done) await session.loadMe();
		return null;
	} catch (error) {
		return Problem.from(error);
	}
}
