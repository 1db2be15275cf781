import type { Sentence } from '$lib/api/types';

/** A stretch of an answer: a sentence with its sources, or the white space between two. */
export interface AnswerPart {
	text: string;
	supported: boolean;
	citations: number[];
	/** False for what lies between sentences. */
	sentence: boolean;
}

/** Cuts the answer where the server marked its sentences; text outside them stays plain. */
export function answerParts(text: string, sentences: readonly Sentence[]): AnswerPart[] {
	const parts: AnswerPart[] = [];
	let at = 0;
	const plain = (upTo: number) => {
		if (upTo > at)
			parts.push({ text: text.slice(at, upTo), supported: true, citations: [], sentence: false });
	};
	for (const sentence of [...sentences].sort((a, b) => a.start - b.start)) {
		const start = Math.max(at, Math.min(sentence.start, text.length));
		const end = Math.min(sentence.end, text.length);
		if (end <= start) continue;
		plain(start);
		parts.push({
			text: text.slice(start, end),
			supported: sentence.supported,
			citations: sentence.citations,
			sentence: true,
		});
		at = end;
	}
	plain(text.length);
	return parts;
}

/**
 * Sentences in a row from the same places name them once, after the last one: the same chip after
 * every sentence is noise.
 */
export function citedOnce(parts: readonly AnswerPart[]): AnswerPart[] {
	const sentences = parts.filter((part) => part.sentence);
	return parts.map((part) => {
		const next = sentences[sentences.indexOf(part) + 1];
		const repeated =
			part.sentence && next?.supported && next.citations.join() === part.citations.join();
		return repeated ? { ...part, citations: [] } : part;
	});
}

/** Length of the part of a growing text that ends with a whole sentence: what is read aloud. */
export function wholeSentences(text: string): number {
	const ends = /[.!?…:;](?=\s)|\n/g;
	let end = 0;
	for (let match = ends.exec(text); match; match = ends.exec(text)) end = match.index + 1;
	return end;
}
