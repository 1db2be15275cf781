/** The pictures that children sign in with, by the server's words. */

import type { Component } from 'svelte';
import Ball from '@lucide/svelte/icons/volleyball';
import Bird from '@lucide/svelte/icons/bird';
import Drum from '@lucide/svelte/icons/drum';
import Fish from '@lucide/svelte/icons/fish';
import Flower from '@lucide/svelte/icons/flower-2';
import House from '@lucide/svelte/icons/house';
import Key from '@lucide/svelte/icons/key-round';
import Moon from '@lucide/svelte/icons/moon';
import Rabbit from '@lucide/svelte/icons/rabbit';
import Star from '@lucide/svelte/icons/star';
import Sun from '@lucide/svelte/icons/sun';
import Tree from '@lucide/svelte/icons/trees';

/** In the order they are shown in, always the same: hands remember places. */
export const PICTURES = [
	'ball',
	'bird',
	'drum',
	'fish',
	'flower',
	'house',
	'key',
	'moon',
	'rabbit',
	'star',
	'sun',
	'tree',
] as const;

export type Picture = (typeof PICTURES)[number];

export const ICONS: Record<Picture, Component<{ size?: number | string }>> = {
	ball: Ball,
	bird: Bird,
	drum: Drum,
	fish: Fish,
	flower: Flower,
	house: House,
	key: Key,
	moon: Moon,
	rabbit: Rabbit,
	star: Star,
	sun: Sun,
	tree: Tree,
};

export function isPicture(word: string): word is Picture {
	return (PICTURES as readonly string[]).includes(word);
}
