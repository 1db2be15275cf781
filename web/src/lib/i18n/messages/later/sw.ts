import type { LaterMessages } from '../../types';
import { audit } from '../audit/sw';
import { box } from '../box/sw';
import { codes } from '../codes/sw';
import { consent } from '../consent/sw';
import { invite } from '../invite/sw';
import { list } from '../list/sw';
import { preset } from '../preset/sw';
import { privacy } from '../privacy/sw';
import { staff } from '../staff/sw';
import { stick } from '../stick/sw';
import { terms } from '../terms/sw';

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
