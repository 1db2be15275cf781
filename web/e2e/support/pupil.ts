/** A pupil without a browser: a real account that asks over the chat line and notes what it hears. */

import { randomUUID } from 'node:crypto';
import { WebSocket, type RawData } from 'ws';
import type { Message, ServerFrame } from '../../src/lib/api/types';
import type { Box } from './box';

/** An answer as one pupil saw it come; times are milliseconds since the question was sent. */
export interface Heard {
	question: string;
	passages?: number;
	queue: { at: number; position: number; estimateS: number }[];
	started?: number;
	firstWord?: number;
	ended: number;
	message: Message;
}

export class Pupil {
	#socket: WebSocket;
	#tutor: string;

	private constructor(socket: WebSocket, tutor: string) {
		this.#socket = socket;
		this.#tutor = tutor;
	}

	/** Signs in and opens the line. */
	static async arrive(
		box: Box,
		tutor: string,
		who: { username: string; password: string },
	): Promise<Pupil> {
		const signedIn = await fetch(`${box.url}/api/v1/auth/login`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', origin: box.url },
			body: JSON.stringify({ ...who, tokens: 'body' }),
		});
		if (!signedIn.ok) throw new Error(`${who.username} can not sign in: ${signedIn.status}`);
		const { access_token: token } = (await signedIn.json()) as { access_token: string };
		const socket = new WebSocket(`${box.url.replace('http', 'ws')}/api/v1/ws/chat`, {
			headers: { authorization: `Bearer ${token}` },
			origin: box.url,
		});
		await new Promise<void>((resolve, reject) => {
			socket.once('message', () => resolve());
			socket.once('error', reject);
		});
		return new Pupil(socket, tutor);
	}

	leave(): void {
		this.#socket.close();
	}

	/** Asks in a new chat; resolves when the answer has ended, and fails if it has not in time. */
	ask(question: string, timeoutMs: number): Promise<Heard> {
		const socket = this.#socket;
		const since = performance.now();
		const heard: Omit<Heard, 'ended' | 'message'> = { question, queue: [] };
		return new Promise((resolve, reject) => {
			const settle = (finish: () => void) => {
				clearTimeout(timer);
				socket.off('message', hear);
				socket.off('close', lost);
				finish();
			};
			const fail = (why: string) => settle(() => reject(new Error(`${question} ${why}`)));
			const lost = () => fail('the line was closed');
			const timer = setTimeout(() => fail(`no end after ${timeoutMs} ms`), timeoutMs);
			const hear = (data: RawData) => {
				const frame = JSON.parse((data as Buffer).toString()) as ServerFrame;
				const at = performance.now() - since;
				switch (frame.type) {
					case 'passages':
						heard.passages ??= at;
						break;
					case 'queued':
						heard.queue.push({ at, position: frame.position, estimateS: frame.estimate_s });
						break;
					case 'started':
						heard.started ??= at;
						break;
					case 'text':
						heard.firstWord ??= at;
						break;
					case 'done':
						settle(() => resolve({ ...heard, ended: at, message: frame.message }));
						break;
					case 'error':
						fail(`was refused: ${frame.code}`);
				}
			};
			socket.on('message', hear);
			socket.once('close', lost);
			const client_id = randomUUID();
			socket.send(
				JSON.stringify({ type: 'ask', client_id, persona_id: this.#tutor, text: question }),
			);
		});
	}
}
