import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchIdle } from './idle';

const IDLE_MS = 20 * 60_000;

const MINUTE = 60_000;

describe('watchIdle', () => {
	const onidle = vi.fn();
	const ping = vi.fn();
	let stop: () => void;

	beforeEach(() => {
		vi.useFakeTimers();
		onidle.mockReset();
		ping.mockReset();
	});

	afterEach(() => {
		stop();
		vi.useRealTimers();
	});

	it('says so once when nobody does anything', () => {
		stop = watchIdle({ idleMs: IDLE_MS, onidle, ping });
		vi.advanceTimersByTime(IDLE_MS - MINUTE);
		expect(onidle).not.toHaveBeenCalled();
		vi.advanceTimersByTime(30 * MINUTE);
		expect(onidle).toHaveBeenCalledTimes(1);
		expect(ping).not.toHaveBeenCalled();
	});

	it('tells the box about somebody who only reads', () => {
		stop = watchIdle({ idleMs: IDLE_MS, onidle, ping });
		for (let minute = 0; minute < 60; minute++) {
			dispatchEvent(new Event('scroll'));
			vi.advanceTimersByTime(MINUTE);
		}
		expect(onidle).not.toHaveBeenCalled();
		expect(ping.mock.calls.length).toBeGreaterThan(8);
		expect(ping.mock.calls.length).toBeLessThan(20);
	});

	it('takes listening for being there', () => {
		let plays = true;
		stop = watchIdle({ idleMs: IDLE_MS, onidle, ping, playing: () => plays });
		vi.advanceTimersByTime(2 * IDLE_MS);
		expect(onidle).not.toHaveBeenCalled();
		plays = false;
		vi.advanceTimersByTime(IDLE_MS + MINUTE);
		expect(onidle).toHaveBeenCalledTimes(1);
	});

	it('says nothing once it was stopped', () => {
		stop = watchIdle({ idleMs: IDLE_MS, onidle, ping });
		stop();
		vi.advanceTimersByTime(2 * IDLE_MS);
		expect(onidle).not.toHaveBeenCalled();
	});
});
