/** The chosen language, its messages, and numbers and dates written its way. */

import { createContext } from 'svelte';
import type { LanguageCode } from '$lib/api/types';
import { formatMessage } from './format';
import type { LaterMessages, MessageArgs, MessageKey, Messages } from './types';

export const LANGUAGES: readonly { code: LanguageCode; name: string }[] = [
	{ code: 'rw', name: 'Ikinyarwanda' },
	{ code: 'en', name: 'English' },
	{ code: 'fr', name: 'Français' },
	{ code: 'sw', name: 'Kiswahili' },
];

const STORED = 'bwenge.language';
const RETRY_MS = 5_000;
/** A page waits no longer for its words. */
const LONGEST_MS = 6_000;

/** Each language is its own chunk: a phone downloads one. */
const loaders: Record<LanguageCode, () => Promise<Messages>> = {
	rw: async () => (await import('./messages/rw')).rw,
	en: async () => (await import('./messages/en')).en,
	fr: async () => (await import('./messages/fr')).fr,
	sw: async () => (await import('./messages/sw')).sw,
};

/** The words of rarer pages, which the first page does not wait for. */
const laterLoaders: Record<LanguageCode, () => Promise<LaterMessages>> = {
	rw: async () => (await import('./messages/later/rw')).later,
	en: async () => (await import('./messages/later/en')).later,
	fr: async () => (await import('./messages/later/fr')).later,
	sw: async () => (await import('./messages/later/sw')).later,
};

/** Browsers lack Kinyarwanda data: the stand-ins share its plural rule and its number marks. */
const intlTags: Record<LanguageCode, string[]> = {
	rw: ['rw', 'sw'],
	en: ['en-GB', 'en'],
	fr: ['fr'],
	sw: ['sw'],
};

export function isLanguage(value: unknown): value is LanguageCode {
	return LANGUAGES.some((language) => language.code === value);
}

/** What the person chose before, else the browser's first language that we speak, else ours. */
export function firstLanguage(stored: string | null, wanted: readonly string[]): LanguageCode {
	if (isLanguage(stored)) return stored;
	for (const tag of wanted) {
		const short = tag.toLowerCase().split('-')[0];
		if (isLanguage(short)) return short;
	}
	return 'rw';
}

export class I18n {
	language = $state<LanguageCode>('rw');
	/** True when somebody chose a language since the page was opened. */
	touched = false;
	#later: Promise<void> = Promise.resolve();
	/** Whether a page needed the words of rarer pages. */
	#needed = false;
	#messages = $state.raw<Partial<Messages & LaterMessages> | null>(null);
	#plurals = $derived(new Intl.PluralRules(intlTags[this.language]));
	#numbers = $derived(new Intl.NumberFormat(intlTags[this.language], { maximumFractionDigits: 1 }));

	static async start(): Promise<I18n> {
		const i18n = new I18n();
		await i18n.use(firstLanguage(readStored(), navigator.languages));
		return i18n;
	}

	/** True when this browser remembers an explicit choice. */
	get chosen(): boolean {
		return isLanguage(readStored());
	}

	async use(language: LanguageCode): Promise<void> {
		const messages = await loaders[language]();
		// A page that needs those of rarer pages is not to lose them when its language changes.
		const later = this.#needed ? await laterLoaders[language]().catch(() => null) : null;
		this.#messages = { ...messages, ...later };
		this.language = language;
		document.documentElement.lang = language;
		this.#later = later ? Promise.resolve() : this.#addLater(language, messages);
	}

	/**
	 * The words of rarer pages are there, or the box is out of reach for so long that the page is
	 * better shown without.
	 */
	async whole(): Promise<void> {
		this.#needed = true;
		await Promise.race([this.#later, new Promise((done) => setTimeout(done, LONGEST_MS))]);
	}

	/** Tries until they are there: the phone may be at the edge of the Wi-Fi. */
	async #addLater(language: LanguageCode, messages: Messages): Promise<void> {
		while (this.language === language) {
			try {
				const later = await laterLoaders[language]();
				if (this.language === language) this.#messages = { ...messages, ...later };
				return;
			} catch {
				await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
			}
		}
	}

	/** Like `use`, and remembered on this device. */
	async choose(language: LanguageCode): Promise<void> {
		await this.use(language);
		this.touched = true;
		try {
			localStorage.setItem(STORED, language);
		} catch {
			// Storage can be switched off; the choice then lasts until the page is left.
		}
	}

	t = <K extends MessageKey>(key: K, ...args: MessageArgs<K>): string => {
		const message = this.#messages?.[key];
		if (message === undefined) return '';
		const values = (args[0] ?? {}) as Record<string, string | number>;
		return formatMessage(message, values, this.#plurals, this.#numbers);
	};

	number = (value: number): string => this.#numbers.format(value);

	/** Day, month, year in figures: month names in Kinyarwanda are not known to browsers. */
	date = (at: number): string =>
		new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: '2-digit', year: 'numeric' }).format(
			at,
		);

	/** The day only where it is another one. */
	dateTime = (at: number, now = Date.now()): string => {
		const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(
			at,
		);
		return this.date(at) === this.date(now) ? time : `${this.date(at)} ${time}`;
	};

	ago = (at: number, now = Date.now()): string => {
		const minutes = Math.floor((now - at) / 60_000);
		if (minutes < 1) return this.t('time.now');
		if (minutes < 60) return this.t('time.minutes_ago', { count: minutes });
		if (minutes < 24 * 60) return this.t('time.hours_ago', { count: Math.floor(minutes / 60) });
		if (minutes < 7 * 24 * 60)
			return this.t('time.days_ago', { count: Math.floor(minutes / (24 * 60)) });
		return this.date(at);
	};

	bytes = (bytes: number): string => {
		if (bytes < 1_000_000)
			return this.t('size.kb', { size: this.number(Math.max(1, Math.round(bytes / 1_000))) });
		if (bytes < 1_000_000_000)
			return this.t('size.mb', { size: this.number(Math.round(bytes / 100_000) / 10) });
		return this.t('size.gb', { size: this.number(Math.round(bytes / 100_000_000) / 10) });
	};
}

function readStored(): string | null {
	try {
		return localStorage.getItem(STORED);
	} catch {
		return null;
	}
}

export const [getI18n, setI18n] = createContext<I18n>();
