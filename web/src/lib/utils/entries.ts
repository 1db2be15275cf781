/** The files of what was dropped on a page, those inside folders included. */

export interface Dropped {
	/** Dropped themselves: whatever they are, their owner hears about each. */
	files: File[];
	/** Found inside folders. */
	inside: File[];
}

/** Reads what was dropped. Call it before anything is awaited: the browser forgets the items. */
export function dropped(transfer: DataTransfer): Promise<Dropped> {
	const items = Array.from(transfer.items).filter((item) => item.kind === 'file');
	const entries = items.map((item) => item.webkitGetAsEntry());
	// Old browsers, and files that come from elsewhere than a disk, have no entries.
	if (entries.some((entry) => entry === null)) {
		return Promise.resolve({ files: Array.from(transfer.files), inside: [] });
	}
	return walk(entries as FileSystemEntry[]);
}

export async function walk(entries: readonly FileSystemEntry[]): Promise<Dropped> {
	const found: Dropped = { files: [], inside: [] };
	for (const entry of entries) {
		if (isFile(entry)) found.files.push(...(await open(entry)));
		else if (isFolder(entry)) await walkFolder(entry, found.inside);
	}
	return found;
}

/** The files of a folder that was chosen, without those that systems keep for themselves. */
export function picked(files: Iterable<File>): File[] {
	return Array.from(files).filter(
		(file) => !file.webkitRelativePath.split('/').some((part) => part.startsWith('.')),
	);
}

async function walkFolder(folder: FileSystemDirectoryEntry, into: File[]): Promise<void> {
	for (const entry of await list(folder)) {
		// Systems keep notes of their own in files like these.
		if (entry.name.startsWith('.')) continue;
		if (isFile(entry)) into.push(...(await open(entry)));
		else if (isFolder(entry)) await walkFolder(entry, into);
	}
}

/** A reader hands out some entries at a time, and none once all were there. */
async function list(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
	const reader = folder.createReader();
	const all: FileSystemEntry[] = [];
	for (;;) {
		const some = await new Promise<FileSystemEntry[]>((resolve) =>
			reader.readEntries(resolve, () => resolve([])),
		);
		if (some.length === 0) return all;
		all.push(...some);
	}
}

/** One file, or none when it went away meanwhile. */
function open(entry: FileSystemFileEntry): Promise<File[]> {
	return new Promise((resolve) =>
		entry.file(
			(file) => resolve([file]),
			() => resolve([]),
		),
	);
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
