/**
 * Where the box has the page of this address by HTTPS. What stands behind a # stays behind: it may
 * be the code of a badge.
 */
export function securePage(address: string, port: number): string {
	const url = new URL(address);
	url.protocol = 'https:';
	url.port = String(port);
	return url.origin + (url.pathname === '/' ? '' : url.pathname) + url.search;
}
