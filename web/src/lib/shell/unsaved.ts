/** Words that were written and not saved are not lost by a slip of the thumb. */

import { beforeNavigate } from '$app/navigation';

/**
 * Asks before the page is left while `unsaved()`; the browser asks in its own words when the tab is
 * closed or loaded anew. For a component's set-up.
 */
export function askBeforeLeaving(unsaved: () => boolean, question: () => string): void {
	beforeNavigate(({ cancel, willUnload }) => {
		// The browser shows no question of a page that is about to go.
		if (unsaved() && (willUnload || !confirm(question()))) cancel();
	});
}
