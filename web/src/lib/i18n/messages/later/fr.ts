import type { LaterMessages } from '../../types';
import { audit } from '../audit/fr';
import { box } from '../box/fr';
import { invite } from '../invite/fr';
import { list } from '../list/fr';
import { privacy } from '../privacy/fr';
import { staff } from '../staff/fr';
import { stick } from '../stick/fr';
import { terms } from '../terms/fr';

export const later: LaterMessages = {
	...audit,
	...box,
	...invite,
	...list,
	...privacy,
	...staff,
	...stick,
	...terms,
};
