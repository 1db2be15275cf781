import { redirect } from '@sveltejs/kit';
import type { LayoutLoad } from './$types';

/** Pages of people who are signed in. A box out of reach is shown by the root layout. */
export const load: LayoutLoad = async ({ parent, url }) => {
	const { session, problem } = await parent();
	if (problem) return;
	if (!session.box?.setup_done) redirect(307, '/setup');
	if (!session.me) {
		const there = url.pathname + url.search + url.hash;
		redirect(307, there === '/lessons' ? '/signin' : `/signin?next=${encodeURIComponent(there)}`);
	}
};
