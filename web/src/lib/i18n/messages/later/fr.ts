import type { LaterMessages } from '../../types';
import { audit } from '../audit/fr';
import { box } from '../box/fr';
import { codes } from '../codes/fr';
import { consent } from '../consent/fr';
import { invite } from '../invite/fr';
import { list } from '../list/fr';
import { preset } from '../preset/fr';
import { privacy } from '../privacy/fr';
import { staff } from '../staff/fr';
import { stick } from '../stick/fr';
import { terms } from '../terms/fr';

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
