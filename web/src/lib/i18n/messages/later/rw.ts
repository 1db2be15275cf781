import type { LaterMessages } from '../../types';
import { box } from '../box/rw';
import { invite } from '../invite/rw';
import { list } from '../list/rw';
import { staff } from '../staff/rw';
import { stick } from '../stick/rw';
import { terms } from '../terms/rw';

export const later: LaterMessages = {
	...box,
	...invite,
	...list,
	...staff,
	...stick,
	...terms,
};
