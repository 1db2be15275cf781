/** One conversation as the page shows it, fed by history and by the chat line. */

import { createContext } from 'svelte';
import {
	auth,
	chats as api,
	Problem,
	type Conversation,
	type Message,
	type ServerFrame,
} from '$lib/api';
import { ChatSocket, chatSocketUrl, type SocketState } from '$lib/api/chat-socket';
import { clientId } from '$lib/utils/client-id';
import { appendAt } from '$lib/utils/stream';
import type { Wait } from '$lib/utils/wait';

/** A message and what is only known while it is being made. */
export class LiveMessage {
	id = $state('');
	message = $state.raw<Message>({} as Message);
	text = $state('');
	queue = $state.raw<({ position: number } & Wait) | null>(null);
	/** When asking again is worth it, after a box that was busy. */
	retryAt = $state(0);
	/** The question behind an answer, for "try again" and "say it more simply". */
	question = '';

	constructor(message: Message) {
		this.id = message.id;
		this.set(message);
	}

	get running(): boolean {
		return this.message.status === 'queued' || this.message.status === 'writing';
	}

	set(message: Message): void {
		this.message = message;
		this.text = message.text;
	}
}

export interface Question {
	personaId: string;
	text: string;
	lessonId?: string | undefined;
}

export class Chat {
	list = $state.raw<Conversation[] | null>(null);
	conversation = $state.raw<Conversation | null>(null);
	messages = $state<LiveMessage[]>([]);
	/** The box has messages before the first one shown. */
	hasEarlier = $state(false);
	loading = $state(false);
	problem = $state.raw<Problem | null>(null);
	line = $state<SocketState>('closed');
	/** Told the id of a conversation that the first question has just opened. */
	onOpened: ((conversationId: string) => void) | null = null;

	#socket: ChatSocket;
	/** Client id of the question on its way, with its two messages. */
	#pending = new Map<string, { question: LiveMessage; answer: LiveMessage }>();
	#shown: string | null = null;

	constructor(socket?: ChatSocket) {
		this.#socket =
			socket ??
			new ChatSocket({
				url: chatSocketUrl(location),
				onFrame: (frame) => this.receive(frame),
				onState: (state) => (this.line = state),
				renew: async () => {
					await auth.me();
					return true;
				},
			});
	}

	get busy(): boolean {
		return this.messages.some((message) => message.running);
	}

	start(): void {
		this.#socket.start();
	}

	stop(): void {
		this.#socket.stop();
	}

	nudge(): void {
		this.#socket.nudge();
	}

	async loadList(): Promise<void> {
		try {
			this.list = await api.list();
		} catch (error) {
			if (!this.list) this.problem = Problem.from(error);
		}
	}

	/** Shows a conversation, or an empty one for null. A conversation on screen is left alone. */
	async show(id: string | null): Promise<void> {
		if (id !== null && id === this.#shown) return;
		for (const message of this.messages) this.#socket.unfollow(message.id);
		this.#pending.clear();
		this.#shown = id;
		this.conversation = null;
		this.messages = [];
		this.hasEarlier = false;
		this.problem = null;
		this.loading = id !== null;
		if (id === null) return;
		try {
			const found = await api.get(id);
			if (this.#shown !== id) return;
			this.conversation = found.conversation;
			this.messages = withQuestions(found.messages);
			this.hasEarlier = found.has_earlier;
			for (const message of this.messages) this.#followIfRunning(message);
		} catch (error) {
			if (this.#shown === id) this.problem = Problem.from(error);
		} finally {
			if (this.#shown === id) this.loading = false;
		}
	}

	/** Puts the messages before the first one shown above it. */
	async showEarlier(): Promise<void> {
		const id = this.#shown;
		const first = this.messages[0];
		if (id === null || !first) return;
		const found = await api.get(id, first.id);
		// Another conversation is open by now, or a second press was faster.
		if (this.#shown !== id || this.messages[0] !== first) return;
		this.messages = [...withQuestions(found.messages), ...this.messages];
		this.hasEarlier = found.has_earlier;
	}

	ask(asked: Question): void {
		const id = clientId();
		const question = new LiveMessage(blank(`q-${id}`, 'user', asked.text));
		const answer = new LiveMessage(blank(`a-${id}`, 'assistant', ''));
		answer.question = asked.text;
		this.messages.push(question, answer);
		this.#pending.set(id, { question, answer });
		this.#socket.start();
		this.#socket.ask({
			type: 'ask',
			client_id: id,
			persona_id: asked.personaId,
			text: asked.text,
			...(this.#shown ? { conversation_id: this.#shown } : {}),
			...(asked.lessonId ? { lesson_id: asked.lessonId } : {}),
		});
	}

	/** Stops an answer: at once on this page, then on the box. */
	cancel(message: LiveMessage): void {
		for (const [id, pending] of this.#pending) {
			if (pending.answer !== message) continue;
			this.#socket.forget(id);
			this.#pending.delete(id);
			message.set({ ...message.message, status: 'cancelled' });
			return;
		}
		this.#socket.cancel(message.id);
	}

	async rate(message: LiveMessage, value: 'up' | 'down' | null): Promise<void> {
		const before = message.message.feedback ?? null;
		message.message = { ...message.message, feedback: value };
		try {
			await api.feedback(message.id, value);
		} catch (error) {
			message.message = { ...message.message, feedback: before };
			throw error;
		}
	}

	async remove(id: string): Promise<void> {
		await api.remove(id);
		this.list = (this.list ?? []).filter((conversation) => conversation.id !== id);
	}

	receive(frame: ServerFrame): void {
		if (frame.type === 'accepted') return this.#accept(frame);
		if (frame.type === 'error') return this.#fail(frame);
		if (frame.type === 'hello') return;
		const id = frame.type === 'done' ? frame.message.id : frame.message_id;
		const live = this.messages.find((message) => message.id === id);
		if (!live) return;
		switch (frame.type) {
			case 'passages':
				live.message = { ...live.message, passages: frame.passages };
				break;
			case 'queued':
				live.queue = {
					position: frame.position,
					told: Date.now(),
					until: later(frame.estimate_s),
				};
				break;
			case 'started':
				// Its place and time are shown until there are words.
				live.message = { ...live.message, status: 'writing' };
				break;
			case 'text': {
				const next = appendAt(live.text, frame.offset, frame.text);
				if (next === null) return this.#socket.resume(id);
				live.queue = null;
				live.text = next;
				if (live.message.status === 'queued') live.message = { ...live.message, status: 'writing' };
				break;
			}
			case 'done':
				live.queue = null;
				live.retryAt = later(frame.message.retry_after_s);
				live.set(frame.message);
				void this.loadList();
		}
	}

	#accept(frame: Extract<ServerFrame, { type: 'accepted' }>): void {
		const pending = this.#pending.get(frame.client_id);
		if (!pending) return;
		this.#pending.delete(frame.client_id);
		pending.question.id = frame.question_id;
		pending.question.message = {
			...pending.question.message,
			id: frame.question_id,
			status: 'complete',
		};
		pending.answer.id = frame.message_id;
		pending.answer.message = { ...pending.answer.message, id: frame.message_id };
		this.#followIfRunning(pending.answer, false);
		if (this.#shown !== frame.conversation_id) {
			this.#shown = frame.conversation_id;
			this.onOpened?.(frame.conversation_id);
			void this.loadList();
		}
	}

	#fail(frame: Extract<ServerFrame, { type: 'error' }>): void {
		const pending = frame.client_id ? this.#pending.get(frame.client_id) : undefined;
		const live =
			pending?.answer ?? this.messages.find((message) => message.id === frame.message_id);
		if (frame.client_id) this.#pending.delete(frame.client_id);
		if (!live) return;
		const busy = frame.code === 'queue_full' || frame.code === 'unavailable';
		live.queue = null;
		live.retryAt = later(frame.retry_after_s);
		live.message = { ...live.message, status: busy ? 'busy' : 'failed', code: frame.code };
	}

	#followIfRunning(message: LiveMessage, ask = true): void {
		if (!message.running || message.message.role !== 'assistant') return;
		this.#socket.follow(message.id, () => message.text.length);
		if (ask) this.#socket.resume(message.id);
	}
}

/** The moment so many seconds from now. */
function later(seconds: number | null | undefined): number {
	return Date.now() + (seconds ?? 0) * 1_000;
}

function blank(id: string, role: 'user' | 'assistant', text: string): Message {
	return {
		id,
		role,
		text,
		created_at: Date.now(),
		status: role === 'user' ? 'complete' : 'queued',
		code: null,
		passages: [],
		origin: 'model',
		sentences: [],
		feedback: null,
	};
}

function withQuestions(messages: Message[]): LiveMessage[] {
	let question = '';
	return messages.map((message) => {
		const live = new LiveMessage(message);
		if (message.role === 'user') question = message.text;
		else live.question = question;
		return live;
	});
}

export const [getChat, setChat] = createContext<Chat>();
