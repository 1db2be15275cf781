import { audit } from '../audit/en';
import { box } from '../box/en';
import { codes } from '../codes/en';
import { consent } from '../consent/en';
import { invite } from '../invite/en';
import { list } from '../list/en';
import { preset } from '../preset/en';
import { privacy } from '../privacy/en';
import { staff } from '../staff/en';
import { stick } from '../stick/en';
import { terms } from '../terms/en';

/** Words of pages that are rarely the first: they come behind the others. */
export const later = {
	...audit,
	...box,
	...codes,
	...consent,
	...invite,
	...list,
	...preset,
	...privacy,
	...staff,
	...stick,
	...terms,
} as const;
