import { redirect } from '@sveltejs/kit';
import type { PageLoad } from './$types';

/** Its words come behind those of the first page, so they are waited for. */
export const load: PageLoad = async ({ parent }) => {
	const { i18n, session, problem } = await parent();
	if (!problem && session.box && !session.box.setup_done) redirect(307, '/setup');
	await i18n.whole();
};
