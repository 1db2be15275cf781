// Svelte scopes compound selectors with `:where(.svelte-hash)`. Chrome 87, our floor, does not
// know `:where` and would drop the whole rule, so the wrapper goes and the class stays.
const scopedWhere = /:where\((\.svelte-[\w-]+)\)/g;

/** @type {import('postcss').Plugin} */
const unwrapScopedWhere = {
	postcssPlugin: 'unwrap-scoped-where',
	Rule(rule) {
		if (rule.selector.includes(':where(.svelte-')) {
			rule.selector = rule.selector.replace(scopedWhere, '$1');
		}
	},
};

export default { plugins: [unwrapScopedWhere] };
