/** What the school knows of a person: handing it out, and erasing it. */

export const privacy = {
	'erase.account': 'the account, with everything to sign in with',
	'erase.answers': {
		one: '{count} kept answer in this person’s own words',
		other: '{count} kept answers in this person’s own words',
	},
	'erase.chats': { one: '{count} chat with tutors', other: '{count} chats with tutors' },
	'erase.classes': { one: 'the place in {count} class', other: 'the place in {count} classes' },
	'erase.confirm': 'To be sure, type the name: {name}',
	'erase.confirm_wrong': 'This is not the name.',
	'erase.copies':
		'Copies of the database that are made every day still hold this person. The last of them is gone after {count} days.',
	'erase.done': 'Nothing of this person is left on the box.',
	'erase.goes': 'This goes for good:',
	'erase.going': '{name} was erased. The box is cleaning its files; you may leave this page.',
	'erase.heir': 'The others go over to',
	'erase.lessons':
		'Lessons this person brought in stay with the school. Choose those that are to go too.',
	'erase.lessons_all': 'Choose all',
	'erase.now': 'Erase for good',
	'erase.open': 'Erase for good…',
	'erase.questions': { one: '{count} question', other: '{count} questions' },
	'erase.title': 'Erase {name} for good',
	'erase.uploads': {
		one: '{count} file that is being sent',
		other: '{count} files that are being sent',
	},
	'erase.warn': 'There is no way back, not even from the trash.',
	'erase.working': 'Cleaning up',
	'export.me': 'Save my data',
	'export.me_text':
		'Everything the box keeps about you, as files. On a phone that others use, do not leave them there.',
	'export.me_title': 'My data',
	'export.person': 'Save the person’s data',
	'job.clean_up_person': 'Cleaning up after somebody who was erased',
} as const;
