import type { LaterMessages } from '../../types';
import { audit } from '../audit/rw';
import { box } from '../box/rw';
import { codes } from '../codes/rw';
import { consent } from '../consent/rw';
import { invite } from '../invite/rw';
import { list } from '../list/rw';
import { preset } from '../preset/rw';
import { privacy } from '../privacy/rw';
import { staff } from '../staff/rw';
import { stick } from '../stick/rw';
import { terms } from '../terms/rw';

export const later: LaterMessages = {
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
};
