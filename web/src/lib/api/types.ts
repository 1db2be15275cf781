/**
 * The wire types of `/api/v1`, written from the HTTP contract. Times are Unix milliseconds, text
 * offsets count UTF-16 units (what JavaScript strings use).
 */

export type LanguageCode = 'rw' | 'en' | 'fr' | 'sw';
export type Role = 'admin' | 'teacher' | 'learner';
export type SchoolKind = 'primary' | 'secondary' | 'community';

export interface School {
	id: string;
	name: string;
	language: LanguageCode;
}

export interface Box {
	name: string;
	version: string;
	setup_done: boolean;
	setup_code_needed: boolean;
	schools: School[];
	languages: LanguageCode[];
}

export interface Setup {
	school_name: string;
	school_kind: SchoolKind;
	language: LanguageCode;
	admin_name: string;
	username: string;
	password: string;
	sample: boolean;
	code?: string;
}

export interface Me {
	user: {
		id: string;
		name: string;
		username: string;
		role: Role;
		language: LanguageCode;
		platform_admin: boolean;
	};
	org: { id: string; name: string; kind: SchoolKind; language: LanguageCode };
}

export interface MePatch {
	name?: string;
	language?: LanguageCode;
	password?: { current: string; new: string };
}

export interface User {
	id: string;
	name: string;
	username: string;
	role: Role;
	language: LanguageCode;
	active: boolean;
	created_at: number;
	last_seen_at?: number | null;
}

export interface NewUser {
	name: string;
	username: string;
	password: string;
	role: Role;
	language: LanguageCode;
}

export interface UserPatch {
	name?: string;
	role?: Role;
	active?: boolean;
	password?: string;
}

export type ModelState = 'ready' | 'idle' | 'starting' | 'missing' | 'failed';

export interface ModelStatus {
	kind: 'llm' | 'embed' | 'asr';
	id: string;
	state: ModelState;
	detail: string | null;
	simd: string[];
	sandbox: 'full' | 'partial' | 'none' | null;
	rss_bytes: number | null;
}

export interface BoxStatus {
	health: 'ready' | 'degraded' | 'starting';
	addresses: string[];
	local_name: string | null;
	qr_svg: string | null;
	version: string;
	uptime_s: number;
	disk: { free_bytes: number; total_bytes: number };
	memory: { server_bytes: number; total_bytes: number; available_bytes: number };
	models: ModelStatus[];
	lessons: { ready: number; working: number; failed: number };
	jobs: { queued: number; running: number; dead: number };
	degraded: string[];
}

export type AnchorKind = 'page' | 'slide' | 'section';

export interface Anchor {
	kind: AnchorKind;
	/** Counted from 1. */
	number: number;
	label: string | null;
}

export type LessonStatus = 'queued' | 'working' | 'searchable' | 'ready' | 'failed';
export type LessonStage = 'extract' | 'index' | 'embed';
export type LessonFormat = 'pdf' | 'docx' | 'pptx' | 'md' | 'txt';

export interface Lesson {
	id: string;
	title: string;
	subject: string | null;
	language: LanguageCode | null;
	format: LessonFormat;
	bytes: number;
	file_name: string;
	shared: boolean;
	status: LessonStatus;
	progress: { stage: LessonStage; done: number; total: number } | null;
	pages: number | null;
	page_kind: AnchorKind;
	passages: number;
	failure: { code: string; detail: string | null } | null;
	warnings: { code: string; page?: number | null }[];
	created_at: number;
	updated_at: number;
	created_by: string;
}

export interface LessonPatch {
	title?: string;
	subject?: string | null;
	language?: LanguageCode | null;
	shared?: boolean;
}

export type BlockKind =
	'heading' | 'paragraph' | 'list_item' | 'table' | 'notes' | 'caption' | 'code';

export interface Block {
	kind: BlockKind;
	level?: number | null;
	text: string;
}

export interface Section {
	anchor: Anchor;
	blocks: Block[];
}

export interface LessonText {
	lesson: Lesson;
	sections: Section[];
}

/** Start and end of a marked word, as offsets into the passage text. */
export type Mark = [number, number];

export interface Passage {
	/** The number a citation uses, from 1. */
	n: number;
	lesson_id: string;
	lesson_title: string;
	anchor: Anchor;
	text: string;
	marks: Mark[];
	score: number;
}

export type Tone = 'friendly' | 'calm' | 'strict' | 'playful';
export type LessonChoice = { mode: 'all' } | { mode: 'only'; ids: string[] };

export interface PersonaSettings {
	language: LanguageCode | 'auto';
	tone: Tone;
	lessons: LessonChoice;
	only_from_lessons: boolean;
	suggestions: string[];
	greeting: string | null;
}

export interface Persona extends PersonaSettings {
	id: string;
	name: string;
	subject: string | null;
	active: boolean;
	created_at: number;
	updated_at: number;
}

export interface PersonaInput extends PersonaSettings {
	name: string;
	subject: string | null;
}

export interface Conversation {
	id: string;
	persona_id: string;
	persona_name: string;
	title: string;
	created_at: number;
	updated_at: number;
}

export type MessageStatus =
	'queued' | 'writing' | 'complete' | 'quoted' | 'refused' | 'cancelled' | 'failed' | 'busy';

export interface Sentence {
	start: number;
	end: number;
	supported: boolean;
	/** Numbers of the passages that carry the sentence. */
	citations: number[];
}

export interface Message {
	id: string;
	role: 'user' | 'assistant';
	text: string;
	created_at: number;
	status: MessageStatus;
	code: string | null;
	passages: Passage[];
	sentences: Sentence[];
	feedback: 'up' | 'down' | null;
}

export interface AskFrame {
	type: 'ask';
	client_id: string;
	conversation_id?: string;
	persona_id: string;
	text: string;
	lesson_id?: string;
}

export type ClientFrame =
	| AskFrame
	| { type: 'resume'; message_id: string; offset: number }
	| { type: 'cancel'; message_id: string };

export type ServerFrame =
	| { type: 'hello' }
	| {
			type: 'accepted';
			client_id: string;
			conversation_id: string;
			question_id: string;
			message_id: string;
	  }
	| { type: 'passages'; message_id: string; passages: Passage[] }
	| { type: 'queued'; message_id: string; position: number; estimate_s: number }
	| { type: 'started'; message_id: string }
	| { type: 'text'; message_id: string; offset: number; text: string }
	| { type: 'done'; message: Message }
	| { type: 'error'; code: string; client_id?: string; message_id?: string };
