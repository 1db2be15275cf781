/** What is on paper: a PDF's words and the QR codes on it, as eyes and cameras find them. */

import { writeFile } from 'node:fs/promises';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import decodeQR from 'qr/decode.js';

/** Dots a point: what a cheap printer does. */
const SCALE = 3;

/** A picture with four bytes a dot. */
export interface Picture {
	width: number;
	height: number;
	data: Uint8Array;
}

export interface Code {
	text: string;
	/** The part of the paper it is on. */
	picture: Picture;
}

export interface Paper {
	pages: number;
	words: string;
	codes: Code[];
}

/** Renders a PDF and looks at it. */
export async function look(pdf: Buffer): Promise<Paper> {
	const library = await PDFiumLibrary.init();
	try {
		const document = await library.loadDocument(pdf);
		const pages = [...document.pages()];
		const codes: Code[] = [];
		// Before it is drawn: afterwards a page is closed.
		const words = pages.map((page) => page.getText()).join('\n');
		for (const page of pages) {
			const picture = await page.render({ scale: SCALE, render: 'bitmap' });
			codes.push(...codesOn(picture));
		}
		document.destroy();
		return { pages: pages.length, words, codes };
	} finally {
		library.destroy();
	}
}

/** Looks at the paper piece by piece, because a code is found where it is the only one. */
function codesOn(page: Picture): Code[] {
	const width = Math.floor(page.width / 2);
	const height = Math.floor(width * 0.6);
	const found = new Map<string, Code>();
	for (let top = 0; top < page.height; top += Math.floor(height / 6)) {
		for (const left of [0, page.width - width]) {
			const at = { left, top: Math.min(top, page.height - height), width, height };
			const picture = piece(page, at);
			try {
				const text = decodeQR(picture);
				if (!found.has(text)) found.set(text, { text, picture });
			} catch {
				// No code is wholly on this piece.
			}
		}
	}
	return [...found.values()];
}

function piece(
	of: Picture,
	{ left, top, width, height }: { left: number; top: number; width: number; height: number },
): Picture {
	const data = new Uint8Array(width * height * 4);
	for (let y = 0; y < height; y++) {
		const from = ((top + y) * of.width + left) * 4;
		data.set(of.data.subarray(from, from + width * 4), y * width * 4);
	}
	return { width, height, data };
}

/**
 * Writes what a camera sees that a picture is held before: grey, in the middle of a frame. Chromium
 * shows such a file over and over.
 */
export async function film(path: string, picture: Picture): Promise<void> {
	const [width, height] = [640, 480];
	const grey = Buffer.alloc(width * height, 160);
	// As near as it fits into the square in the middle, which is what is looked at.
	const scale = height / Math.max(picture.width, picture.height);
	const [wide, high] = [Math.floor(picture.width * scale), Math.floor(picture.height * scale)];
	const [left, top] = [(width - wide) >> 1, (height - high) >> 1];
	for (let y = 0; y < high; y++) {
		for (let x = 0; x < wide; x++) {
			const from = Math.floor(y / scale) * picture.width + Math.floor(x / scale);
			grey[(top + y) * width + left + x] = picture.data[from * 4] ?? 0;
		}
	}
	const colour = Buffer.alloc((width * height) / 2, 128);
	const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
	const frame = Buffer.concat([Buffer.from('FRAME\n'), grey, colour]);
	await writeFile(path, Buffer.concat([head, frame, frame]));
}
