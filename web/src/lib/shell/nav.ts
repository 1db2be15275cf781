/** The places of the app, by role. */

import Answers from '@lucide/svelte/icons/message-circle-heart';
import Book from '@lucide/svelte/icons/book-open';
import Box from '@lucide/svelte/icons/hard-drive';
import Chat from '@lucide/svelte/icons/message-circle-question-mark';
import School from '@lucide/svelte/icons/school';
import Tutor from '@lucide/svelte/icons/graduation-cap';
import User from '@lucide/svelte/icons/circle-user-round';
import type { Role } from '$lib/api';

export const PLACES = {
	learn: { href: '/lessons', label: 'nav.learn', icon: Book },
	lessons: { href: '/lessons', label: 'nav.lessons', icon: Book },
	tutors: { href: '/tutors', label: 'nav.tutors', icon: Tutor },
	answers: { href: '/answers', label: 'nav.answers', icon: Answers },
	ask: { href: '/ask', label: 'nav.ask', icon: Chat },
	school: { href: '/school', label: 'nav.school', icon: School },
	box: { href: '/box', label: 'nav.box', icon: Box },
	me: { href: '/me', label: 'nav.me', icon: User },
} as const;

export type Place = (typeof PLACES)[keyof typeof PLACES];

const { learn, lessons, tutors, answers, ask, school, box, me } = PLACES;

/**
 * At most five fit a thumb on a 360 px phone; the answers are then reached from the tutors, the box
 * from "Me".
 */
export function phonePlaces(role: Role): readonly Place[] {
	if (role === 'learner' || role === 'guest') return [learn, ask, me];
	return [lessons, tutors, ask, school, me];
}

export function laptopPlaces(role: Role): readonly Place[] {
	if (role === 'learner' || role === 'guest') return [learn, ask, me];
	return role === 'teacher'
		? [lessons, tutors, answers, ask, school, me]
		: [lessons, tutors, answers, ask, school, box, me];
}

export function isAt(path: string, href: string): boolean {
	return path === href || path.startsWith(`${href}/`);
}
