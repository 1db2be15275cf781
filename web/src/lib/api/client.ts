/** One door to the server: JSON in and out, problems as `Problem`, one silent session renewal. */

import { Problem } from './problem';
import { refreshSession } from './refresh';

const BASE = '/api/v1';
const TIMEOUT_MS = 20_000;

type Listener = () => void;
const endListeners = new Set<Listener>();
const reachListeners = new Set<(reachable: boolean) => void>();

/** Called when the server says that nobody is signed in any more. */
export function onSessionEnd(listener: Listener): () => void {
	endListeners.add(listener);
	return () => endListeners.delete(listener);
}

/** Called after each attempt with whether the box answered at all. */
export function onReach(listener: (reachable: boolean) => void): () => void {
	reachListeners.add(listener);
	return () => reachListeners.delete(listener);
}

export function tellReach(reachable: boolean): void {
	for (const listener of reachListeners) listener(reachable);
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export function apiUrl(path: string, query?: Query): string {
	const parts: string[] = [];
	for (const [name, value] of Object.entries(query ?? {})) {
		if (value === null || value === undefined || value === '') continue;
		parts.push(`${name}=${encodeURIComponent(String(value))}`);
	}
	return BASE + path + (parts.length ? `?${parts.join('&')}` : '');
}

async function send(
	method: string,
	path: string,
	body?: unknown,
	timeoutMs = TIMEOUT_MS,
): Promise<Response> {
	const abort = new AbortController();
	const timer = setTimeout(() => abort.abort(), timeoutMs);
	// A file goes as it is.
	const type = body instanceof Blob ? 'application/octet-stream' : 'application/json';
	try {
		const response = await fetch(path, {
			method,
			credentials: 'same-origin',
			signal: abort.signal,
			// A removal whose undo time was cut short by leaving the page must still arrive.
			keepalive: method === 'DELETE',
			headers:
				method === 'GET'
					? { Accept: 'application/json' }
					: { Accept: 'application/json', 'Content-Type': type },
			...(method === 'GET' || method === 'DELETE'
				? {}
				: { body: body instanceof Blob ? body : JSON.stringify(body ?? {}) }),
		});
		tellReach(true);
		return response;
	} catch {
		tellReach(false);
		throw Problem.offline();
	} finally {
		clearTimeout(timer);
	}
}

/** Renews the session; on a definite no, tells the app. An unreachable box is not a no. */
export async function renew(): Promise<boolean> {
	const alive = await refreshSession(async () => {
		const response = await send('POST', `${BASE}/auth/refresh`);
		if (response.ok) return true;
		if (response.status === 401 || response.status === 403) return false;
		throw Problem.fromBody(response.status, await response.text());
	});
	if (!alive) for (const listener of endListeners) listener();
	return alive;
}

/** Sign-in answers 401 for wrong words; there is no session to renew then. */
const withoutRenewal = new Set(['/auth/login', '/auth/refresh', '/auth/logout', '/box', '/setup']);

export async function call<T>(
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
	path: string,
	options: { body?: unknown; query?: Query; timeoutMs?: number } = {},
): Promise<T> {
	const url = apiUrl(path, options.query);
	let response = await send(method, url, options.body, options.timeoutMs);
	if (response.status === 401 && !withoutRenewal.has(path)) {
		const problem = Problem.fromBody(401, await response.text());
		const renewable = problem.code === 'session_ended' || problem.code === 'not_signed_in';
		if (!renewable || !(await renew())) throw problem;
		response = await send(method, url, options.body, options.timeoutMs);
	}
	const text = await response.text();
	if (!response.ok) throw Problem.fromBody(response.status, text);
	return (text ? JSON.parse(text) : undefined) as T;
}
