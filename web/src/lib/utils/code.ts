/** A code in groups of four, as it is read out and copied. */
export function grouped(code: string): string {
	return code.match(/.{1,4}/g)?.join(' ') ?? code;
}
