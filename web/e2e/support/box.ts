/** Starts the real binary on a data folder of its own and stops it by its process id. */

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Loading and checking models counts, so this is generous. */
const START_MS = 120_000;
const STOP_MS = 20_000;

export interface Box {
	url: string;
	/** The folder with everything it keeps. */
	data: string;
	/** What the terminal shows, the set-up code among it. */
	log: () => string;
	/** Ends it at once, as when the power fails. */
	cutPower: () => Promise<void>;
	/** Starts it again on what it kept, at the same address. */
	again: () => Promise<void>;
	stop: () => Promise<void>;
}

/** `settings` are `BWENGE_` variables, named without that. */
export async function startBox(settings: Record<string, string> = {}): Promise<Box> {
	const data = await mkdtemp(join(tmpdir(), 'bwenge-e2e-'));
	let running: Running | null = null;
	let log = '';
	const run = async (listen: string) => {
		running = start(data, listen, settings, (text) => (log += text));
		return await running.url;
	};
	const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
		await running?.end(signal);
		running = null;
	};
	const stop = async () => {
		await end('SIGTERM');
		await rm(data, { recursive: true, force: true });
	};
	try {
		const url = await run('127.0.0.1:0');
		return {
			url,
			data,
			log: () => log,
			cutPower: () => end('SIGKILL'),
			again: async () => {
				await run(new URL(url).host);
			},
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

interface Running {
	url: Promise<string>;
	end: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>;
}

function start(
	data: string,
	listen: string,
	settings: Record<string, string>,
	tell: (text: string) => void,
): Running {
	const binary = process.env.BWENGE_BIN;
	if (!binary) throw new Error('BWENGE_BIN names no binary: build one and set it');
	const child = spawn(binary, ['serve', '--data-dir', data, '--listen', listen], {
		env: { ...process.env, ...prefixed(settings) },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let log = '';
	const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const url = new Promise<string>((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`no address in time:\n${log}`)), START_MS);
		const read = (chunk: Buffer) => {
			log += chunk.toString();
			tell(chunk.toString());
			const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(log)?.[1];
			if (!address) return;
			clearTimeout(timer);
			resolve(address);
		};
		child.stdout.on('data', read);
		child.stderr.on('data', read);
		child.once('error', reject);
		void gone.then(() => reject(new Error(`the box ended early:\n${log}`)));
	});
	return { url, end: (signal) => end(child, gone, signal) };
}

function prefixed(settings: Record<string, string>): Record<string, string> {
	const named = Object.entries(settings).map(([name, value]) => [`BWENGE_${name}`, value]);
	return Object.fromEntries(named) as Record<string, string>;
}

async function end(
	child: ChildProcess,
	gone: Promise<void>,
	signal: 'SIGTERM' | 'SIGKILL',
): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	child.kill(signal);
	const hard = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
	await gone;
	clearTimeout(hard);
}
