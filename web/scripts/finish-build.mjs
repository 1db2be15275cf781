/**
 * Last steps of a build, then the promises about it, checked.
 *
 * SvelteKit starts the app with an inline script. It becomes a hashed file here, so that the
 * server's policy can refuse every inline script without knowing a hash.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const BUILD = new URL('../build/', import.meta.url).pathname;
const MANIFEST = new URL('../.svelte-kit/output/client/.vite/manifest.json', import.meta.url);
const FIRST_PAGE_KB = 150;
const ROUTE_KB = 60;

/** @param {string} file @param {string | Buffer} content */
function writeCompressed(file, content) {
	const bytes = Buffer.from(content);
	writeFileSync(file, bytes);
	writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
	const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
	writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
}

function liftInlineScript() {
	const page = join(BUILD, 'index.html');
	let html = readFileSync(page, 'utf8');
	const inline = /<script>([\s\S]*?)<\/script>/g;
	const found = [...html.matchAll(inline)];
	if (found.length > 1) throw new Error('index.html has more than one inline script');
	const script = found[0]?.[1];
	if (script === undefined) return;
	const hash = createHash('sha256').update(script).digest('hex').slice(0, 8);
	const name = `_app/immutable/entry/launch.${hash}.js`;
	html = html
		.replace(inline, `<script src="/${name}"></script>`)
		.replace(/script-src 'self' 'sha256-[^']+'/, "script-src 'self'");
	writeCompressed(join(BUILD, name), script);
	writeCompressed(page, html);
}

/** @param {string} folder @returns {string[]} */
function files(folder) {
	return readdirSync(folder).flatMap((name) => {
		const path = join(folder, name);
		return statSync(path).isDirectory() ? files(path) : [path];
	});
}

/** @returns {string[]} */
function outsideAddresses() {
	const allowed = /^https?:\/\/www\.w3\.org\//;
	return files(BUILD)
		.filter((file) => /\.(js|css|html|svg|json)$/.test(file))
		.flatMap((file) =>
			(readFileSync(file, 'utf8').match(/https?:\/\/[^\s"'`)<>]+/g) ?? [])
				.filter((address) => !allowed.test(address))
				.map((address) => `${relative(BUILD, file)}: ${address}`),
		);
}

/** Bytes as the server sends them. @param {string} name */
function sent(name) {
	const file = join(BUILD, name);
	const small = [`${file}.br`, file].find((candidate) =>
		statSync(candidate, { throwIfNoEntry: false }),
	);
	if (!small) throw new Error(`missing in the build: ${name}`);
	return statSync(small).size;
}

function weigh() {
	/** @type {Record<string, { file: string, imports?: string[], css?: string[], src?: string }>} */
	const manifest = JSON.parse(readFileSync(MANIFEST, 'utf8'));
	/** @param {string} key @param {Set<string>} into */
	const collect = (key, into) => {
		const chunk = manifest[key];
		if (!chunk || into.has(chunk.file)) return into;
		into.add(chunk.file);
		for (const css of chunk.css ?? []) into.add(css);
		for (const next of chunk.imports ?? []) collect(next, into);
		return into;
	};
	const html = readFileSync(join(BUILD, 'index.html'), 'utf8');
	const first = new Set(['index.html', 'boot.js', 'favicon.svg']);
	for (const [, name] of html.matchAll(/(?:href|src)="\/(_app\/[^"]+)"/g))
		if (name) first.add(name);
	const all = files(BUILD).map((file) => relative(BUILD, file));
	const font = all.find((name) => /next-latin-wght.*woff2$/.test(name));
	if (font) first.add(font);
	const total = (/** @type {Iterable<string>} */ names) =>
		[...names].reduce((sum, name) => sum + sent(name), 0);
	const language = Math.max(
		...Object.entries(manifest)
			.filter(([key]) => /i18n\/messages\/\w+\.ts$/.test(key))
			.map(([, chunk]) => sent(chunk.file)),
	);
	const base = total(first) + language;
	const routes = Object.keys(manifest)
		.filter((key) => /nodes\/\d+\.js$/.test(key))
		.map((key) => {
			const own = [...collect(key, new Set())].filter((name) => !first.has(name));
			return { key: key.replace(/^.*nodes\//, 'node '), bytes: total(own) };
		});
	return { base, routes, font: font ? sent(font) : 0, language };
}

liftInlineScript();

const outside = outsideAddresses();
const { base, routes, font, language } = weigh();
const kb = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const heaviest = routes.reduce((a, b) => (a.bytes > b.bytes ? a : b));

console.log(
	`first page without its route ${kb(base)} (font ${kb(font)}, language ${kb(language)})`,
);
for (const { key, bytes } of routes) console.log(`  ${key.padEnd(12)} ${kb(bytes)}`);

const broken = [
	...outside.map((line) => `outside address: ${line}`),
	...(base + heaviest.bytes > FIRST_PAGE_KB * 1000
		? [`first page ${kb(base + heaviest.bytes)} > ${FIRST_PAGE_KB} kB (${heaviest.key})`]
		: []),
	...routes
		.filter(({ bytes }) => bytes > ROUTE_KB * 1000)
		.map(({ key, bytes }) => `${key} ${kb(bytes)} > ${ROUTE_KB} kB`),
];
for (const line of broken) console.error(line);
process.exitCode = broken.length ? 1 : 0;
