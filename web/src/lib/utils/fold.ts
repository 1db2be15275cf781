/** Text as people search it: without case, accents and the spaces around it. */
export function fold(text: string): string {
	return text.trim().toLocaleLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
}
