/** Takes a step into another year back, and says how it went. */

import { Problem, rollovers as api } from '$lib/api';
import { errorText } from '$lib/i18n/codes';
import type { I18n } from '$lib/i18n/i18n.svelte';
import type { Toasts } from '$lib/state/toasts.svelte';

/** Whether it was undone. */
export async function undoStep(
	id: string,
	{ i18n, toasts }: { i18n: I18n; toasts: Toasts },
): Promise<boolean> {
	try {
		await api.undo(id);
		toasts.good(i18n.t('rollover.undone'));
		return true;
	} catch (error) {
		const { code } = Problem.from(error);
		if (code === 'conflict') toasts.bad(i18n.t('rollover.undo_first'));
		else if (code === 'name_taken') toasts.bad(i18n.t('rollover.undo_names'));
		else toasts.bad(errorText(i18n, error));
		return false;
	}
}
