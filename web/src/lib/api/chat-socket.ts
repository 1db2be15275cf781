/**
 * The chat line to the box. It reconnects by itself, sends an unanswered question again (its
 * client id makes that harmless), and takes up every unfinished answer where the page left off.
 */

import { backoff } from '$lib/utils/backoff';
import type { AskFrame, ClientFrame, ServerFrame } from './types';

export type SocketState = 'closed' | 'connecting' | 'open';

/** Sent by the server when the session is over. */
const SESSION_ENDED = 4401;
/** The server pings below the page's sight; silence is noticed by a failed send or close event. */
const CONNECT_MS = 10_000;

export interface ChatSocketOptions {
	url: string;
	onFrame: (frame: ServerFrame) => void;
	onState: (state: SocketState) => void;
	/** Renews the session; false ends the attempts. Throws when the box is out of reach. */
	renew: () => Promise<boolean>;
	/** Replaceable for tests. */
	connect?: (url: string) => WebSocket;
	wait?: (tries: number) => number;
}

export class ChatSocket {
	#options: ChatSocketOptions;
	#socket: WebSocket | null = null;
	#state: SocketState = 'closed';
	#stopped = true;
	#tries = 0;
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** Questions the server has not accepted yet, by client id. */
	#unaccepted = new Map<string, AskFrame>();
	/** Unfinished answers and how much of their text the page holds. */
	#open = new Map<string, () => number>();

	constructor(options: ChatSocketOptions) {
		this.#options = options;
	}

	start(): void {
		if (!this.#stopped) return;
		this.#stopped = false;
		this.#tries = 0;
		this.#connect();
	}

	stop(): void {
		this.#stopped = true;
		clearTimeout(this.#timer);
		const socket = this.#socket;
		this.#socket = null;
		socket?.close();
		this.#setState('closed');
	}

	/** Tries at once instead of waiting out the back-off. */
	nudge(): void {
		if (this.#stopped || this.#socket) return;
		clearTimeout(this.#timer);
		this.#connect();
	}

	ask(frame: AskFrame): void {
		this.#unaccepted.set(frame.client_id, frame);
		this.#send(frame);
	}

	forget(clientId: string): void {
		this.#unaccepted.delete(clientId);
	}

	/** Follows an answer until it is done; `held` says how much text the page has. */
	follow(messageId: string, held: () => number): void {
		this.#open.set(messageId, held);
	}

	resume(messageId: string): void {
		const held = this.#open.get(messageId);
		if (held) this.#send({ type: 'resume', message_id: messageId, offset: held() });
	}

	unfollow(messageId: string): void {
		this.#open.delete(messageId);
	}

	cancel(messageId: string): void {
		this.#send({ type: 'cancel', message_id: messageId });
	}

	#send(frame: ClientFrame): void {
		if (this.#state === 'open') this.#socket?.send(JSON.stringify(frame));
	}

	#setState(state: SocketState): void {
		if (this.#state === state) return;
		this.#state = state;
		this.#options.onState(state);
	}

	#connect(): void {
		this.#setState('connecting');
		const open = this.#options.connect ?? ((url: string) => new WebSocket(url));
		const socket = open(this.#options.url);
		this.#socket = socket;
		const slow = setTimeout(() => socket.close(), CONNECT_MS);
		let greeted = false;
		socket.onmessage = (event: MessageEvent<string>) => {
			const frame = JSON.parse(event.data) as ServerFrame;
			if (frame.type === 'hello') {
				greeted = true;
				clearTimeout(slow);
				this.#tries = 0;
				this.#setState('open');
				this.#catchUp();
				return;
			}
			this.#note(frame);
			this.#options.onFrame(frame);
		};
		socket.onclose = (event: CloseEvent) => {
			clearTimeout(slow);
			if (this.#socket !== socket) return;
			this.#socket = null;
			this.#setState('closed');
			void this.#again(event.code === SESSION_ENDED || !greeted);
		};
	}

	/** After a (re)connection: what was asked and not accepted, then what was half answered. */
	#catchUp(): void {
		for (const frame of this.#unaccepted.values()) this.#send(frame);
		for (const id of this.#open.keys()) this.resume(id);
	}

	#note(frame: ServerFrame): void {
		if (frame.type === 'accepted') this.#unaccepted.delete(frame.client_id);
		if (frame.type === 'done') this.#open.delete(frame.message.id);
		if (frame.type === 'error') {
			if (frame.client_id) this.#unaccepted.delete(frame.client_id);
			if (frame.message_id) this.#open.delete(frame.message_id);
		}
	}

	/** `doubt`: the close may mean that the session is old, which only a plain call can tell. */
	async #again(doubt: boolean): Promise<void> {
		if (this.#stopped) return;
		if (doubt) {
			try {
				if (!(await this.#options.renew())) {
					this.stop();
					return;
				}
			} catch {
				// Out of reach: the wait below is the answer.
			}
		}
		if (this.#stopped || this.#socket) return;
		const wait = (this.#options.wait ?? backoff)(this.#tries++);
		this.#timer = setTimeout(() => this.#connect(), wait);
	}
}

export function chatSocketUrl(location: { protocol: string; host: string }): string {
	return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/ws/chat`;
}
