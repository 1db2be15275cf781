import { describe, expect, it } from 'vitest';
import { refuse } from './uploads.svelte';

describe('a file', () => {
	it.each([
		[{ name: 'lesson.PDF', size: 1_000 }, null],
		[{ name: 'lesson.exe', size: 1_000 }, 'file_type_unknown'],
		[{ name: 'lesson', size: 1_000 }, 'file_type_unknown'],
		[{ name: 'lesson.docx', size: 0 }, 'file_empty'],
		[{ name: 'lesson.pdf', size: 99_000_000 }, null],
		[{ name: 'lesson.pdf', size: 120_000_000 }, 'file_too_big'],
		[{ name: 'lesson.pptx', size: 60_000_000 }, 'file_too_big'],
	] as const)('%j is judged %s', (file, code) => {
		expect(refuse(file)?.code ?? null).toBe(code);
	});
});
