import { tick } from 'svelte';

/** After a refused form: the first field to put right gets the focus and is read out. */
export async function focusInvalid(form: EventTarget | null): Promise<void> {
	await tick();
	if (form instanceof HTMLElement) {
		form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
	}
}
