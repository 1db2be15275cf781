/** The text form of a table: one row a line, cells parted by ` | `. */

export interface Cell {
	text: string;
	marks: [number, number][];
}

export function tableRows(text: string, marks: readonly (readonly [number, number])[]): Cell[][] {
	const rows: Cell[][] = [];
	let at = 0;
	for (const line of text.split('\n')) {
		const row: Cell[] = [];
		for (const cell of line.split(' | ')) {
			const end = at + cell.length;
			row.push({ text: cell, marks: within(marks, at, end) });
			at = end + 3;
		}
		// The last cell ends with a line break, not with a bar.
		at -= 2;
		rows.push(row);
	}
	return rows;
}

function within(
	marks: readonly (readonly [number, number])[],
	from: number,
	to: number,
): [number, number][] {
	return marks
		.filter(([start, end]) => start < to && end > from)
		.map(([start, end]) => [Math.max(start, from) - from, Math.min(end, to) - from]);
}
