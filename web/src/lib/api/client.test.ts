import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { apiUrl, call, onSessionEnd } from './client';

type Reply = { status: number; body?: unknown };

/** A fake box: answers each request by `answer` and remembers what was asked. */
function fakeBox(answer: (path: string, method: string) => Reply | Error): string[] {
	const asked: string[] = [];
	vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
		asked.push(`${init.method} ${path}`);
		const reply = answer(path, init.method ?? 'GET');
		if (reply instanceof Error) throw reply;
		const body = reply.body === undefined ? null : JSON.stringify(reply.body);
		return new Response(body, { status: reply.status });
	});
	return asked;
}

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

describe('addresses', () => {
	it('leave out what is not given and encode the rest', () => {
		expect(apiUrl('/knowledge/search', { q: 'a&b', lesson_id: undefined, limit: 10 })).toBe(
			'/api/v1/knowledge/search?q=a%26b&limit=10',
		);
	});
});

describe('a call', () => {
	it('returns the body, or nothing for 204', async () => {
		fakeBox((path) =>
			path.endsWith('/box') ? { status: 200, body: { name: 'Bwenge' } } : { status: 204 },
		);
		expect(await call('GET', '/box')).toEqual({ name: 'Bwenge' });
		expect(await call('DELETE', '/chats/1')).toBeUndefined();
	});

	it('turns problem documents, plain text and silence into problems', async () => {
		fakeBox((path) => {
			if (path.endsWith('/a')) {
				return { status: 409, body: { code: 'name_taken', field: 'username', status: 409 } };
			}
			if (path.endsWith('/b')) return { status: 503, body: 'no' };
			return new TypeError('network');
		});
		await expect(call('POST', '/a')).rejects.toMatchObject({
			code: 'name_taken',
			field: 'username',
		});
		await expect(call('GET', '/b')).rejects.toMatchObject({ code: 'unavailable', status: 503 });
		await expect(call('GET', '/c')).rejects.toMatchObject({ code: 'offline' });
	});
});

describe('an ended session', () => {
	it('is renewed once for calls made together, and each is sent again', async () => {
		let alive = false;
		const asked = fakeBox((path) => {
			if (path.endsWith('/auth/refresh')) {
				alive = true;
				return { status: 204 };
			}
			return alive
				? { status: 200, body: { path } }
				: { status: 401, body: { code: 'session_ended', status: 401 } };
		});
		await Promise.all([call('GET', '/one'), call('GET', '/two')]);
		expect(asked.filter((line) => line.includes('refresh'))).toHaveLength(1);
		expect(asked.filter((line) => line.includes('/one'))).toHaveLength(2);
	});

	it('that cannot be renewed tells the app', async () => {
		fakeBox(() => ({ status: 401, body: { code: 'not_signed_in', status: 401 } }));
		const ended = vi.fn();
		const stop = onSessionEnd(ended);
		await expect(call('GET', '/one')).rejects.toMatchObject({ status: 401 });
		stop();
		expect(ended).toHaveBeenCalledOnce();
	});

	it('is not assumed while the box is out of reach', async () => {
		fakeBox((path) =>
			path.endsWith('/auth/refresh')
				? new TypeError('network')
				: { status: 401, body: { code: 'session_ended', status: 401 } },
		);
		const ended = vi.fn();
		const stop = onSessionEnd(ended);
		await expect(call('GET', '/one')).rejects.toMatchObject({ code: 'offline' });
		stop();
		expect(ended).not.toHaveBeenCalled();
	});

	it('leaves wrong passwords alone', async () => {
		const asked = fakeBox(() => ({
			status: 401,
			body: { code: 'wrong_credentials', status: 401 },
		}));
		await expect(call('POST', '/auth/login')).rejects.toMatchObject({ code: 'wrong_credentials' });
		expect(asked).toHaveLength(1);
	});
});

describe('renewal between tabs', () => {
	it('waits for the tab that holds the lock and takes its success', async () => {
		localStorage.setItem('bwenge.refresh.lock', `other:${Date.now() + 5_000}`);
		setTimeout(() => {
			localStorage.setItem('bwenge.refresh.done', String(Date.now()));
			localStorage.removeItem('bwenge.refresh.lock');
		}, 150);
		let first = true;
		const asked = fakeBox(() => {
			if (!first) return { status: 200, body: {} };
			first = false;
			return { status: 401, body: { code: 'session_ended', status: 401 } };
		});
		await call('GET', '/one');
		expect(asked.filter((line) => line.includes('refresh'))).toHaveLength(0);
	});

	it('does not wait for a tab that died', async () => {
		localStorage.setItem('bwenge.refresh.lock', `dead:${Date.now() - 1}`);
		let alive = false;
		fakeBox((path) => {
			if (path.endsWith('/auth/refresh')) alive = true;
			return alive ? { status: 200, body: {} } : { status: 401, body: { code: 'session_ended' } };
		});
		await expect(call('GET', '/one')).resolves.toEqual({});
	});
});
