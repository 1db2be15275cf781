import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChatSocket } from '$lib/api/chat-socket';
import type { AskFrame, Message } from '$lib/api';
import { Chat } from './chat.svelte';

function fakeSocket() {
	const asked: AskFrame[] = [];
	const resumed: string[] = [];
	const socket = {
		start: vi.fn(),
		stop: vi.fn(),
		nudge: vi.fn(),
		ask: (frame: AskFrame) => asked.push(frame),
		forget: vi.fn(),
		follow: vi.fn(),
		unfollow: vi.fn(),
		resume: (id: string) => resumed.push(id),
		cancel: vi.fn(),
	};
	return { socket: socket as unknown as ChatSocket, spies: socket, asked, resumed };
}

function answer(id: string, text: string, status: Message['status']): Message {
	return {
		id,
		role: 'assistant',
		text,
		status,
		created_at: 0,
		code: null,
		passages: [],
		origin: 'model',
		sentences: [],
		feedback: null,
	};
}

beforeEach(() => {
	vi.stubGlobal('fetch', async () => new Response('{"conversations":[]}'));
});
afterEach(() => vi.unstubAllGlobals());

function asking() {
	const fake = fakeSocket();
	const chat = new Chat(fake.socket);
	const opened = vi.fn();
	chat.onOpened = opened;
	chat.ask({ personaId: 'p1', text: 'Why is it green?', lessonId: 'l1' });
	const clientId = fake.asked[0]?.client_id ?? '';
	const accept = () =>
		chat.receive({
			type: 'accepted',
			client_id: clientId,
			conversation_id: 'v1',
			question_id: 'm1',
			message_id: 'm2',
		});
	const last = () => chat.messages[chat.messages.length - 1];
	return { ...fake, chat, opened, accept, last, clientId };
}

describe('a question', () => {
	it('shows at once and names its tutor and lesson', () => {
		const { chat, asked, last } = asking();
		expect(chat.messages.map((live) => live.message.role)).toEqual(['user', 'assistant']);
		expect(last()?.running).toBe(true);
		expect(asked[0]).toMatchObject({ persona_id: 'p1', text: 'Why is it green?', lesson_id: 'l1' });
	});

	it('opens a conversation that the next question goes on with', () => {
		const { chat, asked, opened, accept } = asking();
		accept();
		expect(opened).toHaveBeenCalledWith('v1');
		chat.ask({ personaId: 'p1', text: 'And then?' });
		expect(asked[1]).toMatchObject({ conversation_id: 'v1' });
	});

	it('that came too late for a place keeps its passages and says when to ask again', () => {
		const { chat, accept, last } = asking();
		accept();
		const before = Date.now();
		const message = { ...answer('m2', '', 'busy'), code: 'queue_full', retry_after_s: 30 };
		chat.receive({ type: 'done', message });
		expect(last()?.message.status).toBe('busy');
		expect(last()?.running).toBe(false);
		expect(last()?.retryAt).toBeGreaterThanOrEqual(before + 30_000);
		expect(last()?.question).toBe('Why is it green?');
	});

	it('that the box cannot take is marked busy', () => {
		const { chat, clientId, last } = asking();
		const before = Date.now();
		chat.receive({ type: 'error', code: 'queue_full', client_id: clientId, retry_after_s: 5 });
		expect(last()?.message.status).toBe('busy');
		expect(last()?.retryAt).toBeGreaterThanOrEqual(before + 5_000);
		expect(chat.busy).toBe(false);
	});

	it('stopped before it was accepted is not sent again', () => {
		const { chat, spies, clientId, last } = asking();
		const live = last();
		if (live) chat.cancel(live);
		expect(spies.forget).toHaveBeenCalledWith(clientId);
		expect(last()?.message.status).toBe('cancelled');
	});
});

describe('a long conversation', () => {
	it('shows earlier messages above the first, once', async () => {
		const asked: string[] = [];
		const question = (id: string) => ({ ...answer(id, id, 'complete'), role: 'user' });
		vi.stubGlobal('fetch', async (url: string) => {
			asked.push(url);
			const earlier = url.includes('before=');
			return Response.json({
				conversation: { id: 'v1' },
				messages: earlier
					? [question('m1'), answer('m2', 'A', 'complete')]
					: [question('m3'), answer('m4', 'B', 'complete')],
				has_earlier: !earlier,
			});
		});
		const chat = new Chat(fakeSocket().socket);
		await chat.show('v1');
		expect(chat.hasEarlier).toBe(true);
		const newest = chat.messages[1];
		await Promise.all([chat.showEarlier(), chat.showEarlier()]);
		expect(asked[1]).toContain('before=m3');
		expect(chat.messages.map(({ id }) => id)).toEqual(['m1', 'm2', 'm3', 'm4']);
		expect(chat.messages[3]).toBe(newest);
		expect(chat.messages[1]?.question).toBe('m1');
		expect(chat.hasEarlier).toBe(false);
	});
});

describe('an answer', () => {
	it('goes from passages over the queue to text and its final form', () => {
		const { chat, accept, last } = asking();
		accept();
		chat.receive({ type: 'passages', message_id: 'm2', passages: [] });
		chat.receive({ type: 'queued', message_id: 'm2', position: 3, estimate_s: 20 });
		expect(last()?.queue?.position).toBe(3);
		chat.receive({ type: 'started', message_id: 'm2' });
		expect(last()?.queue?.position).toBe(3);
		chat.receive({ type: 'queued', message_id: 'm2', position: 1, estimate_s: 2 });
		expect(last()?.queue?.position).toBe(1);
		chat.receive({ type: 'text', message_id: 'm2', offset: 0, text: 'Because' });
		expect(last()?.queue).toBeNull();
		chat.receive({ type: 'text', message_id: 'm2', offset: 7, text: ' of light' });
		expect(last()?.text).toBe('Because of light');
		chat.receive({ type: 'done', message: answer('m2', 'Because of light.', 'complete') });
		expect(last()?.text).toBe('Because of light.');
		expect(last()?.running).toBe(false);
	});

	it('asks again for a piece that went missing', () => {
		const { chat, accept, last, resumed } = asking();
		accept();
		chat.receive({ type: 'text', message_id: 'm2', offset: 9, text: 'light' });
		expect(last()?.text).toBe('');
		expect(resumed).toEqual(['m2']);
	});

	it('found unfinished in the history is taken up again', async () => {
		const fake = fakeSocket();
		vi.stubGlobal('fetch', async () =>
			Response.json({
				conversation: { id: 'v1' },
				messages: [
					{ ...answer('m1', 'Why?', 'complete'), role: 'user' },
					answer('m2', 'Beca', 'writing'),
				],
			}),
		);
		const chat = new Chat(fake.socket);
		await chat.show('v1');
		expect(fake.resumed).toEqual(['m2']);
		expect(chat.messages[1]?.question).toBe('Why?');
	});
});
