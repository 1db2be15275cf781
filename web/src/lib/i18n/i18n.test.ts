import { describe, expect, it, vi } from 'vitest';
import { firstLanguage, I18n } from './i18n.svelte';

describe('the first language', () => {
	it.each([
		['fr', ['en'], 'fr'],
		[null, ['sw-KE', 'en'], 'sw'],
		[null, ['de', 'EN-us'], 'en'],
		[null, ['de', 'lg'], 'rw'],
		[null, [], 'rw'],
		['xx', ['fr-RW'], 'fr'],
	] as const)('stored %s and wanted %j give %s', (stored, wanted, expected) => {
		expect(firstLanguage(stored, wanted)).toBe(expected);
	});
});

describe('messages', () => {
	it('fill placeholders and choose the plural', async () => {
		const i18n = new I18n();
		await i18n.use('en');
		expect(i18n.t('lesson.pages', { count: 1 })).toBe('1 page');
		expect(i18n.t('lesson.pages', { count: 1200 })).toBe('1,200 pages');
		expect(i18n.t('anchor.page', { number: 5 })).toBe('Page 5');
		await i18n.use('fr');
		expect(i18n.t('lesson.pages', { count: 0 })).toBe('0 page');
		expect(document.documentElement.lang).toBe('fr');
	});

	it('choose the Kinyarwanda plural where the browser does not know the language', async () => {
		const i18n = new I18n();
		await i18n.use('rw');
		expect(i18n.t('lesson.pages', { count: 1 })).toBe('Urupapuro 1');
		expect(i18n.t('lesson.pages', { count: 2 })).toBe('Impapuro 2');
	});

	it('tell sizes and times', async () => {
		const i18n = new I18n();
		await i18n.use('en');
		expect(i18n.bytes(400)).toBe('1 kB');
		expect(i18n.bytes(2_400_000)).toBe('2.4 MB');
		expect(i18n.ago(0, 30_000)).toBe('just now');
		expect(i18n.ago(0, 3 * 3_600_000)).toBe('3 hours ago');
		expect(i18n.ago(Date.UTC(2026, 0, 5, 12), Date.UTC(2026, 1, 5))).toBe('05/01/2026');
	});
});

describe('words of rarer pages', () => {
	it('come behind, and only those of the language that is still wanted', async () => {
		const i18n = new I18n();
		await i18n.use('fr');
		await i18n.use('en');
		expect(i18n.t('action.next')).toBe('Next');
		await vi.waitFor(() => expect(i18n.t('device.done')).toBe('Done'));
	});

	it('are there once a page has waited for them, in the next language too', async () => {
		const i18n = new I18n();
		await i18n.use('en');
		await i18n.whole();
		expect(i18n.t('trash.title')).toBe('Trash');
		await i18n.use('fr');
		expect(i18n.t('trash.title')).toBe('Corbeille');
	});
});
