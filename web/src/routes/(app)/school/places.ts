/** The pages of a school's office, in the order they are offered. */

import type { Component } from 'svelte';
import Calendar from '@lucide/svelte/icons/calendar-days';
import Log from '@lucide/svelte/icons/scroll-text';
import Mail from '@lucide/svelte/icons/mail';
import Consent from '@lucide/svelte/icons/shield-check';
import Works from '@lucide/svelte/icons/sliders-horizontal';
import Trash from '@lucide/svelte/icons/trash-2';
import type { MessageKey } from '$lib/i18n/types';

export interface Place {
	label: Extract<
		MessageKey,
		`${'consent' | 'invite' | 'terms' | 'settings' | 'audit' | 'trash'}.title`
	>;
	icon: Component<{ size?: number | string }>;
	href: string;
	/** Only for administrators. */
	admin?: boolean;
}

export const PLACES: readonly Place[] = [
	{ label: 'consent.title', icon: Consent, href: '/school/consent' },
	{ label: 'invite.title', icon: Mail, href: '/school/invites' },
	{ label: 'terms.title', icon: Calendar, href: '/school/terms', admin: true },
	{ label: 'settings.title', icon: Works, href: '/school/settings', admin: true },
	{ label: 'audit.title', icon: Log, href: '/school/audit', admin: true },
	{ label: 'trash.title', icon: Trash, href: '/school/trash' },
];
