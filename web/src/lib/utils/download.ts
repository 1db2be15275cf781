/** Saves what an address answers as a file, as a press on a link with `download` does. */
export function download(url: string): void {
	const link = document.createElement('a');
	link.href = url;
	link.download = '';
	document.body.append(link);
	link.click();
	link.remove();
}
