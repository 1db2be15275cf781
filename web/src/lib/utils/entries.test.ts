import { describe, expect, it } from 'vitest';
import { picked, walk } from './entries';

function file(name: string): FileSystemEntry {
	const open = (done: (file: File) => void) => done(new File(['x'], name));
	return { isFile: true, isDirectory: false, name, file: open } as unknown as FileSystemEntry;
}

/** Hands out two entries at a time, as browsers hand out a hundred. */
function folder(name: string, entries: FileSystemEntry[]): FileSystemEntry {
	const createReader = () => {
		let at = 0;
		return {
			readEntries: (done: (some: FileSystemEntry[]) => void) => done(entries.slice(at, (at += 2))),
		};
	};
	return { isFile: false, isDirectory: true, name, createReader } as unknown as FileSystemEntry;
}

describe('what was dropped', () => {
	it('holds the files of all folders, but for hidden ones', async () => {
		const deep = folder('deep', [file('d.pdf'), file('.hidden'), file('e.pdf')]);
		const top = folder('top', [file('a.pdf'), file('b.pdf'), deep, file('c.pdf')]);
		const found = await walk([file('one.txt'), top, folder('empty', [])]);
		expect(found.files.map((each) => each.name)).toEqual(['one.txt']);
		expect(found.inside.map((each) => each.name)).toEqual([
			'a.pdf',
			'b.pdf',
			'd.pdf',
			'e.pdf',
			'c.pdf',
		]);
	});

	it('holds a chosen folder, but for hidden files', () => {
		const at = (path: string) => ({ webkitRelativePath: path }) as File;
		const files = ['top/a.pdf', 'top/.b.pdf', 'top/.git/c.pdf', 'top/deep/d.pdf'].map(at);
		expect(picked(files)).toEqual([at('top/a.pdf'), at('top/deep/d.pdf')]);
	});

	it('leaves out what went away meanwhile', async () => {
		const gone = {
			isFile: true,
			isDirectory: false,
			name: 'gone.pdf',
			file: (_: unknown, failed: () => void) => failed(),
		} as unknown as FileSystemEntry;
		expect((await walk([gone])).files).toEqual([]);
	});
});
