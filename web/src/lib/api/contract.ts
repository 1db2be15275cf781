/**
 * Ties the types the app uses to the ones generated from the server's own description: a field that
 * is added, renamed or dropped there stops the type check here.
 */

import type { components } from './schema';
import type * as wire from './types';

type Schemas = components['schemas'];
type Fields<T> = T extends unknown ? keyof T : never;

/** `true` when both have the same fields, else the fields that differ. */
type Same<Ours, Theirs> =
	| Exclude<Fields<Ours>, Fields<Theirs>>
	| Exclude<Fields<Theirs>, Fields<Ours>> extends infer Difference
	? [Difference] extends [never]
		? true
		: Difference
	: never;

/** The event of one kind, without the fields other kinds have. */
type Event<Union, Kind> = Extract<Union, { type: Kind }>;
type Heard<Kind> = Same<Event<wire.ServerFrame, Kind>, Event<Schemas['ServerEvent'], Kind>>;
type Said<Kind> = Same<Event<wire.ClientFrame, Kind>, Event<Schemas['ClientEvent'], Kind>>;

type Agree<Checks extends Record<string, true>> = Checks;

export type Contract = Agree<{
	anchor: Same<wire.Anchor, Schemas['Anchor']>;
	block: Same<wire.Block, Schemas['TextBlock']>;
	box: Same<wire.Box, Schemas['BoxInfo']>;
	boxStatus: Same<wire.BoxStatus, Schemas['BoxStatus']>;
	conversation: Same<wire.Conversation, Schemas['Conversation']>;
	lesson: Same<wire.Lesson, Schemas['Lesson']>;
	lessonPatch: Same<wire.LessonPatch, Schemas['ChangeBody']>;
	lessonText: Same<wire.LessonText, Schemas['LessonText']>;
	me: Same<wire.Me, Schemas['Me']>;
	mePatch: Same<wire.MePatch, Schemas['MePatch']>;
	meUser: Same<wire.Me['user'], Schemas['MeUser']>;
	message: Same<wire.Message, Schemas['Message']>;
	model: Same<wire.ModelStatus, Schemas['ModelStatus']>;
	newUser: Same<wire.NewUser, Schemas['NewUser']>;
	passage: Same<wire.Passage, Schemas['Passage']>;
	persona: Same<wire.Persona, Schemas['Persona']>;
	school: Same<wire.School, Schemas['School']>;
	section: Same<wire.Section, Schemas['Section']>;
	sentence: Same<wire.Sentence, Schemas['Sentence']>;
	settings: Same<wire.PersonaSettings, Schemas['Settings']>;
	setup: Same<wire.Setup, Schemas['Setup']>;
	user: Same<wire.User, Schemas['User']>;
	userPatch: Same<wire.UserPatch, Schemas['UserPatch']>;
	heardAccepted: Heard<'accepted'>;
	heardDone: Heard<'done'>;
	heardError: Heard<'error'>;
	heardPassages: Heard<'passages'>;
	heardQueued: Heard<'queued'>;
	heardStarted: Heard<'started'>;
	heardText: Heard<'text'>;
	saidAsk: Said<'ask'>;
	saidCancel: Said<'cancel'>;
	saidResume: Said<'resume'>;
}>;
