/** Letters, digits, dot, dash and underscore, so that it can be typed on any phone. */
export function validUsername(name: string): boolean {
	return /^[A-Za-z0-9._-]{2,40}$/.test(name.trim());
}
