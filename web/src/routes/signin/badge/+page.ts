import { redirect } from '@sveltejs/kit';
import type { PageLoad } from './$types';

/** Somebody may still be signed in on a shared phone; the page asks. */
export const load: PageLoad = async ({ parent }) => {
	const { session, problem } = await parent();
	if (!problem && session.box && !session.box.setup_done) redirect(307, '/setup');
};
