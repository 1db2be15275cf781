/** What set-up asks for, and what is still missing in a step. */

import type { PresetLine, SchoolKind } from '$lib/api';
import { MIN_PASSWORD } from '$lib/utils/password';
import { validUsername } from '$lib/utils/username';

export type Step = 1 | 2 | 3;

export interface SetupForm {
	school_name: string;
	school_kind: SchoolKind;
	admin_name: string;
	username: string;
	password: string;
	sample: boolean;
	/** Lines of the preset that are not wanted. */
	without: PresetLine[];
	code: string;
}

export type SetupField = 'school_name' | 'admin_name' | 'username' | 'password' | 'code';

export function emptyForm(): SetupForm {
	return {
		school_name: '',
		school_kind: 'primary',
		admin_name: '',
		username: '',
		password: '',
		sample: true,
		without: [],
		code: '',
	};
}

export function missing(form: SetupForm, step: Step, needsCode: boolean): Set<SetupField> {
	const gaps = new Set<SetupField>();
	if (step === 1) {
		if (!form.school_name.trim()) gaps.add('school_name');
		if (needsCode && !form.code.trim()) gaps.add('code');
	}
	if (step === 2) {
		if (!form.admin_name.trim()) gaps.add('admin_name');
		if (!validUsername(form.username)) gaps.add('username');
		if (form.password.length < MIN_PASSWORD) gaps.add('password');
	}
	return gaps;
}
