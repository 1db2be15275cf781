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
		for (const page of pages) {
			const picture = await page.render({ scale: SCALE, render: 'bitmap' });
			codes.push(...codesOn(picture));
		}
		const words = pages.map((page) => page.getText()).join('\n');
		document.destroy();
		return { pages: pages.length, words, codes };
	} finally {
		library.destroy();
	}
}

/** Looks at the paper piece by piece, because a code is found where it is the only one. */
function codesOn(page: Picture): Code[] {
	const side = Math.floor(page.width / 2);
	const found = new Map<string, Code>();
	for (let y = 0; y < page.height; y += Math.floor(side / 4)) {
		for (const x of [0, page.width - side]) {
			const picture = piece(page, x, Math.min(y, page.height - side), side);
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

function piece(of: Picture, left: number, top: number, side: number): Picture {
	const data = new Uint8Array(side * side * 4);
	for (let y = 0; y < side; y++) {
		const from = ((top + y) * of.width + left) * 4;
		data.set(of.data.subarray(from, from + side * 4), y * side * 4);
	}
	return { width: side, height: side, data };
}

/**
 * Writes what a camera sees that a picture is held before: grey, in the middle of a frame. Chromium
 * shows such a file over and over.
 */
export async function film(path: string, picture: Picture): Promise<void> {
	const [width, height] = [640, 480];
	const grey = Buffer.alloc(width * height, 160);
	const left = (width - height) / 2;
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < height; x++) {
			const from =
				Math.floor((y * picture.height) / height) * picture.width +
				Math.floor((x * picture.width) / height);
			grey[y * width + left + x] = picture.data[from * 4] ?? 0;
		}
	}
	const colour = Buffer.alloc((width * height) / 2, 128);
	const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
	const frame = Buffer.concat([Buffer.from('FRAME\n'), grey, colour]);
	await writeFile(path, Buffer.concat([head, frame, frame]));
}
