/** The calls of `/api/v1`, by feature. Pages use these and never build addresses themselves. */

import { apiUrl, call } from './client';
import type {
	AgeBand,
	ApiKey,
	AuditGroup,
	AuditLog,
	BadgeCards,
	Box,
	BoxStatus,
	BoxTime,
	Class,
	ClassDoor,
	ClassPatch,
	ClassWithMembers,
	ConsentFilter,
	ConsentRegister,
	ConsentRule,
	Conversation,
	CopyChoice,
	Correction,
	History,
	Import,
	ImportOutcome,
	ImportPlan,
	ImportRows,
	Invitation,
	Joining,
	JoiningPatch,
	KeptAnswer,
	LanguageCode,
	LearnerConsent,
	KeptAnswerList,
	DeadJob,
	Engine,
	Entering,
	Erasure,
	ErasurePreview,
	EraseUser,
	GivenSecret,
	Lesson,
	LessonPatch,
	LessonText,
	Loudness,
	MadeInvitation,
	MadeKey,
	Me,
	MePatch,
	Member,
	MembersPatch,
	ModelChoices,
	NewBadges,
	NewClass,
	NewCodes,
	NewConsent,
	NewInvitation,
	NewKey,
	NewRollover,
	NewTerm,
	NewUser,
	Offer,
	Opening,
	OwnCodes,
	OwnConsent,
	OwnSession,
	Passage,
	Persona,
	PersonaInput,
	PersonaList,
	Preset,
	PresetLine,
	Purpose,
	RecoveryCard,
	Registration,
	Rollover,
	RolloverPlan,
	SchoolKind,
	SchoolSettings,
	SchoolSettingsPatch,
	SecondStep,
	SecretCards,
	Setup,
	Standing,
	Stick,
	StickCopy,
	StickFolder,
	StickPlan,
	Term,
	TermPatch,
	Trash,
	User,
	UserPatch,
	Users,
	Waiting,
	Way,
} from './types';

export * from './types';
export { Problem, type ProblemCode } from './problem';

export const box = {
	get: () => call<Box>('GET', '/box'),
	status: () => call<BoxStatus>('GET', '/box/status'),
	engine: () => call<Engine>('GET', '/box/engine'),
	models: () => call<ModelChoices>('GET', '/box/models'),
	chooseModel: (id: string) => call<Engine>('POST', '/box/model', { body: { id } }),
	deadJobs: async () => (await call<{ jobs: DeadJob[] }>('GET', '/box/jobs')).jobs,
	retryJob: (id: string) => call<undefined>('POST', `/box/jobs/${id}/retry`),
	dismissJob: (id: string) => call<undefined>('DELETE', `/box/jobs/${id}`),
	time: () => call<BoxTime>('GET', '/box/time'),
	/** The time of one's own device is right; moves that of the box forward. */
	standBy: (time: number) => call<BoxTime>('POST', '/box/time', { body: { time } }),
	setup: (body: Setup) => call<Me>('POST', '/setup', { body }),
};

/** What kinds of places are offered. */
export const presets = {
	list: async (language: LanguageCode) =>
		(await call<{ presets: Preset[] }>('GET', '/presets', { query: { language } })).presets,
	/** The lines that changed anything. */
	carryOut: async (kind: SchoolKind, lines: PresetLine[]) =>
		(await call<{ done: PresetLine[] }>('PUT', '/settings/preset', { body: { kind, lines } })).done,
};

/** How the school works. */
export const settings = {
	get: () => call<SchoolSettings>('GET', '/settings'),
	change: (body: SchoolSettingsPatch) => call<SchoolSettings>('PATCH', '/settings', { body }),
};

export const auth = {
	me: () => call<Me>('GET', '/auth/me'),
	login: (body: { username: string; password: string; org_id?: string }) =>
		call<Me | SecondStep>('POST', '/auth/login', { body }),
	/** Whoever uses codes is not signed in before. */
	typeCode: (body: { challenge: string; code: string; trust: boolean }) =>
		call<Me>('POST', '/auth/login/code', { body }),
	/** The names of an open class. */
	door: (code: string) => call<ClassDoor>('POST', '/auth/class', { body: { code } }),
	enter: (body: Entering) => call<Me>('POST', '/auth/class/login', { body }),
	badge: (badge: string, ownDevice: boolean) =>
		call<Me>('POST', '/auth/badge', { body: { badge, own_device: ownDevice } }),
	/** Comes in without an account. */
	guest: (body: { language: LanguageCode; org_id?: string }) =>
		call<Me>('POST', '/auth/guest', { body }),
	/** What a code opens. */
	offer: (code: string) => call<Offer>('POST', '/auth/invite', { body: { code } }),
	/** Nobody when the account waits for a teacher. */
	register: (body: Registration) => call<Me | undefined>('POST', '/auth/register', { body }),
	/** Sets a new password with a card, which is used up. */
	recover: (body: { code: string; password: string }) =>
		call<Me | SecondStep>('POST', '/auth/recover', { body }),
	/** When one's own card was made. */
	ownCard: async () =>
		(await call<{ made_at?: number | null }>('GET', '/auth/me/recovery')).made_at ?? null,
	makeOwnCard: (body: { password: string; origin: string }) =>
		call<RecoveryCard>('POST', '/auth/me/recovery', { body }),
	/** All that is kept about oneself. */
	exportUrl: () => apiUrl('/auth/me/export'),
	logout: () => call<undefined>('POST', '/auth/logout'),
	update: (body: MePatch) => call<Me>('PATCH', '/auth/me', { body }),
};

/** Codes of a phone. */
export const codes = {
	own: () => call<OwnCodes>('GET', '/auth/me/totp'),
	begin: (password: string) => call<NewCodes>('POST', '/auth/me/totp', { body: { password } }),
	/** Recovery codes, told this once. */
	confirm: async (code: string) =>
		(await call<{ codes: string[] }>('POST', '/auth/me/totp/confirm', { body: { code } })).codes,
	off: (body: { password: string; code: string }) =>
		call<undefined>('POST', '/auth/me/totp/off', { body }),
	renew: async (body: { password: string; code: string }) =>
		(await call<{ codes: string[] }>('POST', '/auth/me/totp/recovery', { body })).codes,
	distrust: () => call<undefined>('DELETE', '/auth/me/totp/trusted'),
	/** Who of the school has them. */
	users: async () => (await call<{ users: string[] }>('GET', '/users/totp')).users,
	lift: (id: string) => call<undefined>('DELETE', `/users/${id}/totp`),
};

/** Whom a page of people is about. */
export interface UserQuery {
	among?: 'everybody' | 'staff' | Member | undefined;
	active?: boolean | undefined;
	/** Not in this class. */
	outside?: string | undefined;
	name?: string | undefined;
	from?: number | undefined;
	limit?: number | undefined;
}

export const users = {
	/** A page of them. */
	list: (query: UserQuery = {}) => call<Users>('GET', '/users', { query: { ...query } }),
	/** All who may look after the school and what is in it; there are never many. */
	staff: async () => (await users.list({ among: 'staff', limit: 500 })).users,
	add: (body: NewUser) => call<User>('POST', '/users', { body }),
	change: (id: string, body: UserPatch) => call<User>('PATCH', `/users/${id}`, { body }),
	/** Into the trash, for 30 days. */
	remove: (id: string) => call<undefined>('DELETE', `/users/${id}`),
	restore: (id: string) => call<User>('POST', `/users/${id}/restore`),
	/** All of them or none. */
	setActive: async (ids: string[], active: boolean) =>
		(await call<{ users: User[] }>('PATCH', '/users', { body: { users: ids, active } })).users,
	removeAll: (ids: string[]) => call<undefined>('POST', '/users/trash', { body: { users: ids } }),
	restoreAll: async (ids: string[]) =>
		(await call<{ users: User[] }>('POST', '/users/restore', { body: { users: ids } })).users,
	/** New digits or pictures, told this once. */
	giveSecret: (id: string, way: Way) =>
		call<GivenSecret>('POST', `/users/${id}/secret`, { body: { way } }),
	revokeBadge: (id: string) => call<undefined>('DELETE', `/users/${id}/badge`),
	/** A card that sets a new password, told this once. */
	recoveryCard: (id: string, origin: string) =>
		call<RecoveryCard>('POST', `/users/${id}/recovery`, { body: { origin } }),
};

/** What the school knows of a person. */
export const privacy = {
	/** All that is kept about somebody. */
	exportUrl: (id: string) => apiUrl(`/users/${id}/export`),
	/** What would go with somebody. */
	preview: (id: string) => call<ErasurePreview>('GET', `/users/${id}/erasure`),
	/** For good. */
	erase: (id: string, body: EraseUser) => call<Erasure>('POST', `/users/${id}/erase`, { body }),
	erasures: async () => (await call<{ erasures: Erasure[] }>('GET', '/erasures')).erasures,
};

/** Where one is signed in. */
export const sessions = {
	list: async () => (await call<{ sessions: OwnSession[] }>('GET', '/auth/sessions')).sessions,
	end: (id: string) => call<undefined>('DELETE', `/auth/sessions/${id}`),
	endOthers: () => call<undefined>('DELETE', '/auth/sessions'),
};

/** People who make their own accounts. */
export const invites = {
	list: async () => (await call<{ invitations: Invitation[] }>('GET', '/invitations')).invitations,
	/** Its code is told this once. */
	add: (school: string, body: NewInvitation) =>
		call<MadeInvitation>('POST', `/orgs/${school}/invite`, { body }),
	revoke: (id: string) => call<undefined>('DELETE', `/invitations/${id}`),
};

/** Learners who ask for an account with the code of the school. */
export const joining = {
	get: () => call<Joining>('GET', '/joining'),
	change: (body: JoiningPatch) => call<Joining>('PUT', '/joining', { body }),
	waiting: async () => (await call<{ waiting: Waiting[] }>('GET', '/joining/waiting')).waiting,
	approve: (users: string[]) => call<undefined>('POST', '/joining/approve', { body: { users } }),
	refuse: (users: string[]) => call<undefined>('POST', '/joining/refuse', { body: { users } }),
	/** Those who were refused wait again. */
	reconsider: (users: string[]) =>
		call<undefined>('POST', '/joining/reconsider', { body: { users } }),
};

/** People from lists. */
export const imports = {
	list: async () => (await call<{ imports: Import[] }>('GET', '/users/imports')).imports,
	send: (file: File) =>
		call<ImportPlan>('POST', '/users/imports', {
			body: file,
			query: { name: file.name },
			timeoutMs: 200_000,
		}),
	get: (id: string) => call<ImportPlan>('GET', `/users/imports/${id}`),
	rows: (id: string, outcome: ImportOutcome, from: number) =>
		call<ImportRows>('GET', `/users/imports/${id}/rows`, { query: { outcome, from } }),
	start: (id: string, closeMissing: boolean) =>
		call<Import>('POST', `/users/imports/${id}/start`, { body: { close_missing: closeMissing } }),
	forget: (id: string) => call<undefined>('DELETE', `/users/imports/${id}`),
	/** Everybody as a file. */
	outUrl: (form: 'csv' | 'oneroster') => apiUrl('/users/export', { form }),
};

export const classes = {
	list: async () => (await call<{ classes: Class[] }>('GET', '/classes')).classes,
	get: (id: string) => call<ClassWithMembers>('GET', `/classes/${id}`),
	add: (body: NewClass) => call<Class>('POST', '/classes', { body }),
	change: (id: string, body: ClassPatch) => call<Class>('PATCH', `/classes/${id}`, { body }),
	/** Into the trash, for 30 days. */
	remove: (id: string) => call<undefined>('DELETE', `/classes/${id}`),
	restore: (id: string) => call<Class>('POST', `/classes/${id}/restore`),
	/** Holds it open for signing in. */
	open: (id: string, body: Opening) => call<Class>('PUT', `/classes/${id}/door`, { body }),
	/** New digits or pictures for all learners, told this once. */
	secrets: (id: string, way: Way) =>
		call<SecretCards>('POST', `/classes/${id}/secrets`, { body: { way }, timeoutMs: 120_000 }),
	badges: (id: string, body: NewBadges) =>
		call<BadgeCards>('POST', `/classes/${id}/badges`, { body }),
	/** Brings people in and takes others out. */
	members: (id: string, body: MembersPatch) =>
		call<ClassWithMembers>('PATCH', `/classes/${id}/members`, { body }),
};

export const terms = {
	list: async () => (await call<{ terms: Term[] }>('GET', '/terms')).terms,
	add: (body: NewTerm) => call<Term>('POST', '/terms', { body }),
	change: (id: string, body: TermPatch) => call<Term>('PATCH', `/terms/${id}`, { body }),
	remove: (id: string) => call<undefined>('DELETE', `/terms/${id}`),
};

/** Classes that go on in another term. */
export const rollovers = {
	list: async () => (await call<{ rollovers: Rollover[] }>('GET', '/rollovers')).rollovers,
	/** What would happen. */
	plan: (body: Omit<NewRollover, 'dry_run'>) =>
		call<RolloverPlan>('POST', '/rollovers', { body: { ...body, dry_run: true } }),
	do: (body: Omit<NewRollover, 'dry_run'>) =>
		call<RolloverPlan>('POST', '/rollovers', { body: { ...body, dry_run: false } }),
	undo: (id: string) => call<undefined>('POST', `/rollovers/${id}/undo`),
};

export const trash = {
	get: () => call<Trash>('GET', '/trash'),
};

/** Which learners of the register, and from where. */
export interface ConsentQuery {
	class?: string | undefined;
	filter?: ConsentFilter | undefined;
	name?: string | undefined;
	from?: number | undefined;
}

/** How old learners are, and what their parents said. */
export const consents = {
	/** A hundred learners at most. */
	list: (query: ConsentQuery = {}) =>
		call<ConsentRegister>('GET', '/consent', { query: { ...query } }),
	get: (id: string) => call<LearnerConsent>('GET', `/consent/people/${id}`),
	mine: () => call<OwnConsent>('GET', '/consent/mine'),
	/** The numbers of the entries, for taking them back. */
	write: async (body: NewConsent) =>
		(await call<{ entries: number[] }>('POST', '/consent', { body })).entries,
	undo: (entries: number[]) => call<undefined>('POST', '/consent/undo', { body: { entries } }),
	setAge: (users: string[], age: AgeBand | null) =>
		call<{ changed: number }>('PUT', '/consent/age', { body: { users, age } }),
	setRule: (missing: ConsentRule) => call<undefined>('PUT', '/consent/rule', { body: { missing } }),
	/** The register as a table. */
	outUrl: () => apiUrl('/consent/export'),
	/** What parents say yes to. */
	purpose: (language: LanguageCode) => call<Purpose>('GET', '/purpose', { query: { language } }),
};

/** Which entries of the log; times are milliseconds. */
export interface AuditFilter {
	person?: string | undefined;
	group?: AuditGroup | undefined;
	from?: number | undefined;
	to?: number | undefined;
}

/** What the staff did. */
export const audit = {
	/** Fifty entries before one of them, or the newest. */
	list: (filter: AuditFilter, before?: number) =>
		call<AuditLog>('GET', '/audit', { query: { ...filter, before } }),
	/** The log as a table. */
	outUrl: (filter: AuditFilter) => apiUrl('/audit/export', { ...filter }),
};

export const keys = {
	list: async () => (await call<{ keys: ApiKey[] }>('GET', '/keys')).keys,
	add: (body: NewKey) => call<MadeKey>('POST', '/keys', { body }),
	revoke: (id: string) => call<undefined>('DELETE', `/keys/${id}`),
};

export const lessons = {
	list: async () => (await call<{ lessons: Lesson[] }>('GET', '/knowledge')).lessons,
	get: (id: string) => call<Lesson>('GET', `/knowledge/${id}`),
	change: (id: string, body: LessonPatch) => call<Lesson>('PATCH', `/knowledge/${id}`, { body }),
	remove: (id: string) => call<undefined>('DELETE', `/knowledge/${id}`),
	retry: (id: string) => call<Lesson>('POST', `/knowledge/${id}/retry`),
	cancel: (id: string) => call<Lesson>('POST', `/knowledge/${id}/cancel`),
	/** Some of the pages, or all of them. */
	text: (id: string, query: { from?: number; to?: number; edits?: 'true' } = {}) =>
		call<LessonText>('GET', `/knowledge/${id}/text`, { query }),
	correct: (id: string, edits: Correction[]) =>
		call<Lesson>('PATCH', `/knowledge/${id}/text`, { body: { edits } }),
	readAgain: (id: string) => call<Lesson>('POST', `/knowledge/${id}/read-again`),
	originalUrl: (id: string) => apiUrl(`/knowledge/${id}/original`),
	/** The same, shown by the browser where its kind allows. */
	/** `version` makes the address another once the words are. */
	captionsUrl: (id: string, version: number) =>
		apiUrl(`/knowledge/${id}/captions.vtt`, { v: version }),
	inlineUrl: (id: string) => apiUrl(`/knowledge/${id}/original`, { inline: 1 }),
	/** The small picture on its card. */
	posterUrl: (id: string) => apiUrl(`/knowledge/${id}/poster`),
	/** A page of a PDF as a picture, or a lesson that is one. */
	pictureUrl: (id: string, page: number, width: number) =>
		apiUrl(`/knowledge/${id}/picture`, { page, width }),
	/** How loud a recording is along it. */
	loudness: (id: string) => call<Loudness>('GET', `/knowledge/${id}/loudness`),
	eventsUrl: () => apiUrl('/knowledge/events'),
	/** Where files are announced, and sent piece by piece from there. */
	uploadsUrl: () => location.origin + apiUrl('/knowledge/uploads'),
	/** Makes a lesson of an uploaded file although the school has the same one. */
	keepUpload: (id: string) => call<Lesson>('POST', `/knowledge/uploads/${id}/lesson`),
	search: async (q: string, lessonId?: string) =>
		(
			await call<{ passages: Passage[]; took_ms: number }>('GET', '/knowledge/search', {
				query: { q, lesson_id: lessonId, limit: 10 },
			})
		).passages,
};

/** Lessons from a stick that is plugged into the box. */
export const sticks = {
	list: async () => (await call<{ sticks: Stick[] }>('GET', '/knowledge/sticks')).sticks,
	/** What is in a folder; the uppermost one has an empty place. */
	folder: (id: string, place: string) =>
		call<StickFolder>('POST', `/knowledge/sticks/${id}/folder`, { body: { place } }),
	plan: (id: string, chosen: string[]) =>
		call<StickPlan>('POST', `/knowledge/sticks/${id}/plan`, { body: { chosen } }),
	copy: (id: string, body: CopyChoice) =>
		call<StickCopy>('POST', `/knowledge/sticks/${id}/copies`, { body }),
	copies: async () => (await call<{ copies: StickCopy[] }>('GET', '/knowledge/copies')).copies,
	stop: (id: string) => call<undefined>('POST', `/knowledge/copies/${id}/stop`),
	forget: (id: string) => call<undefined>('DELETE', `/knowledge/copies/${id}`),
};

export const personas = {
	list: () => call<PersonaList>('GET', '/personas'),
	get: (id: string) => call<Persona>('GET', `/personas/${id}`),
	add: (body: PersonaInput) => call<Persona>('POST', '/personas', { body }),
	change: (id: string, body: PersonaInput) => call<Persona>('PATCH', `/personas/${id}`, { body }),
	remove: (id: string) => call<undefined>('DELETE', `/personas/${id}`),
};

export const answers = {
	list: (query: { standing: Standing; q: string; sort: 'used' | 'newest'; offset: number }) =>
		call<KeptAnswerList>('GET', '/answers', { query: { ...query, limit: 20 } }),
	approve: (id: string) => call<KeptAnswer>('POST', `/answers/${id}/approve`),
	correct: (id: string, text: string) =>
		call<KeptAnswer>('PUT', `/answers/${id}`, { body: { text } }),
	remove: (id: string) => call<undefined>('DELETE', `/answers/${id}`),
	restore: (id: string) => call<KeptAnswer>('POST', `/answers/${id}/restore`),
};

export const chats = {
	list: async () => (await call<{ conversations: Conversation[] }>('GET', '/chats')).conversations,
	/** The newest messages, or the newest before one of them. */
	get: (id: string, before?: string) => call<History>('GET', `/chats/${id}`, { query: { before } }),
	remove: (id: string) => call<undefined>('DELETE', `/chats/${id}`),
	feedback: (messageId: string, value: 'up' | 'down' | null) =>
		call<undefined>('PUT', `/chats/messages/${messageId}/feedback`, { body: { value } }),
};
