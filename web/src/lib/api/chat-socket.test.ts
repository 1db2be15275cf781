import { describe, expect, it, vi } from 'vitest';
import { ChatSocket, chatSocketUrl } from './chat-socket';
import type { AskFrame, ServerFrame } from './types';

/** A fake line: what the page sent, and a way to speak and to hang up. */
class FakeLine {
	sent: Record<string, unknown>[] = [];
	onmessage: ((event: { data: string }) => void) | null = null;
	onclose: ((event: { code: number }) => void) | null = null;
	send(data: string) {
		this.sent.push(JSON.parse(data) as Record<string, unknown>);
	}
	close() {
		this.hangUp(1000);
	}
	say(frame: ServerFrame) {
		this.onmessage?.({ data: JSON.stringify(frame) });
	}
	hangUp(code: number) {
		this.onclose?.({ code });
	}
}

const question: AskFrame = { type: 'ask', client_id: 'c1', persona_id: 'p1', text: 'Why?' };

function start(renew = vi.fn(async () => true)) {
	const lines: FakeLine[] = [];
	const frames: ServerFrame[] = [];
	const socket = new ChatSocket({
		url: 'ws://box/api/v1/ws/chat',
		onFrame: (frame) => frames.push(frame),
		onState: () => undefined,
		renew,
		connect: () => {
			const line = new FakeLine();
			lines.push(line);
			return line as unknown as WebSocket;
		},
		wait: () => 0,
	});
	socket.start();
	const line = () => lines[lines.length - 1] as FakeLine;
	const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
	return { socket, lines, frames, line, settle, renew };
}

describe('the chat line', () => {
	it('holds a question until the box has greeted', () => {
		const { socket, line } = start();
		socket.ask(question);
		expect(line().sent).toEqual([]);
		line().say({ type: 'hello' });
		expect(line().sent).toEqual([question]);
		socket.stop();
	});

	it('asks again after a break until the question is accepted, with the same client id', async () => {
		const { socket, lines, line, settle } = start();
		line().say({ type: 'hello' });
		socket.ask(question);
		line().hangUp(1006);
		await settle();
		expect(lines).toHaveLength(2);
		line().say({ type: 'hello' });
		expect(line().sent).toEqual([question]);
		line().say({
			type: 'accepted',
			client_id: 'c1',
			conversation_id: 'v1',
			question_id: 'm1',
			message_id: 'm2',
		});
		line().hangUp(1006);
		await settle();
		line().say({ type: 'hello' });
		expect(line().sent).toEqual([]);
		socket.stop();
	});

	it('takes up an unfinished answer where the page left off, and lets a finished one go', async () => {
		const { socket, line, settle } = start();
		line().say({ type: 'hello' });
		let held = 'Plants';
		socket.follow('m2', () => held.length);
		held = 'Plants make';
		line().hangUp(1006);
		await settle();
		line().say({ type: 'hello' });
		expect(line().sent).toEqual([{ type: 'resume', message_id: 'm2', offset: 11 }]);
		line().say({ type: 'done', message: { id: 'm2' } } as ServerFrame);
		line().hangUp(1006);
		await settle();
		line().say({ type: 'hello' });
		expect(line().sent).toEqual([]);
		socket.stop();
	});

	it('renews the session when the box ends it, and stops when that is refused', async () => {
		const refused = vi.fn(async () => false);
		const { lines, line, settle } = start(refused);
		line().say({ type: 'hello' });
		line().hangUp(4401);
		await settle();
		expect(refused).toHaveBeenCalledOnce();
		expect(lines).toHaveLength(1);
	});

	it('goes on trying while the box is out of reach', async () => {
		const { socket, lines, line, settle } = start(
			vi.fn(async () => {
				throw new Error('offline');
			}),
		);
		line().hangUp(1006);
		await settle();
		line().hangUp(1006);
		await settle();
		expect(lines.length).toBeGreaterThanOrEqual(3);
		socket.stop();
	});

	it('does not come back after it was stopped', async () => {
		const { socket, lines, line, settle } = start();
		line().say({ type: 'hello' });
		socket.stop();
		await settle();
		expect(lines).toHaveLength(1);
	});
});

it('uses the page’s own host', () => {
	expect(chatSocketUrl({ protocol: 'http:', host: '10.0.0.5:8080' })).toBe(
		'ws://10.0.0.5:8080/api/v1/ws/chat',
	);
});
