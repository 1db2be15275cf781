/**
 * Watches whether somebody still sits before a shared device. The box counts requests, but reading a
 * long page makes none: so it is told now and then that somebody is there.
 */

const PING_MS = 4 * 60_000;
const LOOK_MS = 20_000;

const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'scroll', 'input'] as const;

/** Whether a recording is listened to; no hand is needed for that. */
function isPlaying(): boolean {
	return [...document.querySelectorAll('audio, video')].some(
		(player) => player instanceof HTMLMediaElement && !player.paused && !player.ended,
	);
}

/** Calls `onidle` once nobody did anything for that long; the result stops watching. */
export function watchIdle({
	idleMs,
	onidle,
	ping,
	playing = isPlaying,
}: {
	/** As long as the box waits, five minutes at least. */
	idleMs: number;
	onidle: () => void;
	/** Any request. */
	ping: () => void;
	playing?: () => boolean;
}): () => void {
	let seen = performance.now();
	let told = seen;

	const sign = () => (seen = performance.now());
	const look = () => {
		if (playing()) sign();
		const now = performance.now();
		if (now - seen >= idleMs) {
			stop();
			onidle();
		} else if (seen > told && now - told >= PING_MS) {
			told = now;
			ping();
		}
	};
	/** The device slept, and no timer of the page noticed: the box says whether it was too long. */
	const wake = () => {
		if (document.visibilityState === 'visible') ping();
	};

	for (const name of SIGNS) addEventListener(name, sign, { capture: true, passive: true });
	document.addEventListener('visibilitychange', wake);
	const timer = setInterval(look, LOOK_MS);
	function stop() {
		for (const name of SIGNS) removeEventListener(name, sign, { capture: true });
		document.removeEventListener('visibilitychange', wake);
		clearInterval(timer);
	}
	return stop;
}
