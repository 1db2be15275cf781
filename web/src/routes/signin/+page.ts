import { redirect } from '@sveltejs/kit';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent, url }) => {
	const { session, problem } = await parent();
	const next = safeNext(url.searchParams.get('next'));
	if (!problem && session.box && !session.box.setup_done) redirect(307, '/setup');
	if (session.me) redirect(307, next);
	return { next };
};

/** Only pages of this app: a link must not send people elsewhere after they sign in. */
function safeNext(next: string | null): string {
	return next && /^\/(?![/\\])/.test(next) ? next : '/lessons';
}
