import type { LaterMessages } from '../../types';
import { box } from '../box/sw';
import { invite } from '../invite/sw';
import { list } from '../list/sw';
import { staff } from '../staff/sw';
import { stick } from '../stick/sw';
import { terms } from '../terms/sw';

export const later: LaterMessages = {
	...box,
	...invite,
	...list,
	...staff,
	...stick,
	...terms,
};
