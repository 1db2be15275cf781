import { redirect } from '@sveltejs/kit';
import type { LayoutLoad } from './$types';

/** Where most people begin: these do not wait for the words of rarer pages. */
const FIRST = /^\/(ask|lessons)(?!\/stick)(\/|$)/;

/** Pages of people who are signed in. A box out of reach is shown by the root layout. */
export const load: LayoutLoad = async ({ parent, url }) => {
	const { i18n, session, problem } = await parent();
	if (problem) return;
	if (!session.box?.setup_done) redirect(307, '/setup');
	if (!session.me) {
		const there = url.pathname + url.search + url.hash;
		redirect(307, there === '/lessons' ? '/signin' : `/signin?next=${encodeURIComponent(there)}`);
	}
	if (!FIRST.test(url.pathname)) await i18n.whole();
};
