/**
 * Renews the session at most once at a time, also between tabs: two tabs that both spent the same
 * refresh token would look like theft to the server and end the session.
 */

const LOCK = 'bwenge.refresh.lock';
const DONE = 'bwenge.refresh.done';
/** A tab that dies while it holds the lock blocks the others no longer than this. */
const LOCK_MS = 8_000;
/** A renewal this recent, made by any tab, is good enough. */
const FRESH_MS = 3_000;
const POLL_MS = 60;

let running: Promise<boolean> | null = null;

/** True when the session lives on. Calls made meanwhile share one answer. */
export function refreshSession(post: () => Promise<boolean>): Promise<boolean> {
	running ??= locked(post).finally(() => {
		running = null;
	});
	return running;
}

async function locked(post: () => Promise<boolean>): Promise<boolean> {
	const storage = openStorage();
	if (!storage) return post();
	const me = Math.random().toString(36).slice(2);
	const began = Date.now();
	for (;;) {
		if (Number(storage.getItem(DONE) ?? 0) > began - FRESH_MS) return true;
		if (await take(storage, me)) break;
		if (Date.now() - began > LOCK_MS * 2) return false;
		await sleep(POLL_MS);
	}
	try {
		const alive = await post();
		if (alive) storage.setItem(DONE, String(Date.now()));
		return alive;
	} finally {
		if (holder(storage) === me) storage.removeItem(LOCK);
	}
}

/** Storage has no compare-and-set: write, give other tabs a moment, see who won. */
async function take(storage: Storage, me: string): Promise<boolean> {
	if (holder(storage)) return false;
	storage.setItem(LOCK, `${me}:${Date.now() + LOCK_MS}`);
	await sleep(POLL_MS / 2);
	return holder(storage) === me;
}

function holder(storage: Storage): string | null {
	const [who, until] = (storage.getItem(LOCK) ?? '').split(':');
	return who && Number(until) > Date.now() ? who : null;
}

function openStorage(): Storage | null {
	try {
		const storage = globalThis.localStorage;
		storage.setItem('bwenge.probe', '1');
		storage.removeItem('bwenge.probe');
		return storage;
	} catch {
		return null;
	}
}

function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
