/** Message types: English is the reference that the other languages are checked against. */

import type { audit } from './messages/audit/en';
import type { box } from './messages/box/en';
import type { codes } from './messages/codes/en';
import type { consent } from './messages/consent/en';
import type { en } from './messages/en';
import type { invite } from './messages/invite/en';
import type { later } from './messages/later/en';
import type { list } from './messages/list/en';
import type { privacy } from './messages/privacy/en';
import type { people } from './messages/people/en';
import type { picture } from './messages/picture/en';
import type { preset } from './messages/preset/en';
import type { staff } from './messages/staff/en';
import type { stick } from './messages/stick/en';
import type { terms } from './messages/terms/en';
import type { text } from './messages/text/en';

/** Plural forms by CLDR category; our four languages need only these two. */
export interface Plural {
	one: string;
	other: string;
}

type All = typeof en & typeof later;

export type MessageKey = keyof All;
type In<Reference> = {
	readonly [K in keyof Reference]: Reference[K] extends string ? string : Plural;
};
export type Messages = In<typeof en>;
export type LaterMessages = In<typeof later>;
export type BoxMessages = In<typeof box>;
export type CodesMessages = In<typeof codes>;
export type ConsentMessages = In<typeof consent>;
export type InviteMessages = In<typeof invite>;
export type AuditMessages = In<typeof audit>;
export type ListMessages = In<typeof list>;
export type PrivacyMessages = In<typeof privacy>;
export type PeopleMessages = In<typeof people>;
export type PictureMessages = In<typeof picture>;
export type PresetMessages = In<typeof preset>;
export type StaffMessages = In<typeof staff>;
export type StickMessages = In<typeof stick>;
export type TermsMessages = In<typeof terms>;
export type TextMessages = In<typeof text>;

type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

type NamesOf<K extends MessageKey> = All[K] extends string
	? Names<All[K]>
	: 'count' | Names<All[K][keyof All[K]]>;

/** The arguments after the key: none, or one object with exactly its placeholders. */
export type MessageArgs<K extends MessageKey> = [NamesOf<K>] extends [never]
	? []
	: [values: { [N in NamesOf<K>]: N extends 'count' ? number : string | number }];
