/** People from lists and registers. */

export const list = {
	'error.columns_unknown':
		'No column of the list holds names. Its first row must say what each column is, like “Name” and “Class”.',
	'list.another': 'Choose another file',
	'list.broke_off': 'The list broke off',
	'list.choose': 'Choose a file',
	'list.classes_new': { one: '{count} new class: {names}', other: '{count} new classes: {names}' },
	'list.close': {
		one: 'Close the account of {count} learner who is not in the list',
		other: 'Close the accounts of {count} learners who are not in the list',
	},
	'list.close_hint': 'Nothing is deleted. An account can be opened again on the school page.',
	'list.closed': { one: '{count} account closed', other: '{count} accounts closed' },
	'list.closes': 'closes the account',
	'list.column.active': 'Active',
	'list.column.classes': 'Classes',
	'list.column.family_name': 'Family name',
	'list.column.given_name': 'Given name',
	'list.column.language': 'Language',
	'list.column.name': 'Name',
	'list.column.number': 'Student number',
	'list.column.role': 'Role',
	'list.column.username': 'Username',
	'list.columns': 'A list has a column “Name”, or “Given name” and “Family name”.',
	'list.columns_more':
		'These are read too, where they are there: Class, Student number, Username, Role, Language, Active. Several classes are separated by a semicolon.',
	'list.done': 'The list was carried out',
	'list.failed': 'What was done stays. Send the list again to do the rest.',
	'list.ignored': { one: 'Column not read: {names}', other: 'Columns not read: {names}' },
	'list.joins': 'comes into {names}',
	'list.known':
		'People who are in the school already are recognised by student number, username or name, and are not added twice.',
	'list.leaves': 'leaves {names}',
	'list.left': {
		one: '{count} row was left as it is',
		other: '{count} rows were left as they are',
	},
	'list.left.class_gone': 'The class was removed, or another has its name by now.',
	'list.left.class_not_yours': 'The class is of other teachers by now.',
	'list.left.number_taken': 'Somebody else has the student number by now.',
	'list.left.person_changed': 'Somebody else changed or added this person meanwhile.',
	'list.left.person_gone': 'This person was removed meanwhile.',
	'list.left.person_not_yours': 'You may not change this person, or it is the last administrator.',
	'list.left.username_taken': 'Somebody else has the username by now.',
	'list.left.waiting': 'This person asked for an account and waits to be approved.',
	'list.left_text':
		'Somebody changed something after the list was shown. Look at these people, then send the list again if need be.',
	'list.line': 'Row {line}',
	'list.more': 'Show more',
	'list.next_cards': 'Learners have no digits or badge yet: open a class and print its cards.',
	'list.next_staff': 'Give new teachers a password on the school page.',
	'list.nothing': 'There is nothing to do.',
	'list.open': 'From a list',
	'list.opens': 'opens the account',
	'list.out': 'Save everybody as a list',
	'list.out_register': 'As a OneRoster register',
	'list.out_table': 'As a table (CSV)',
	'list.out_text': 'To keep, to change in a spreadsheet and send again, or for another system.',
	'list.reading': 'Reading the list',
	'list.rows': 'Rows of the list',
	'list.rows.changed': 'Changed ({count})',
	'list.rows.new': 'New ({count})',
	'list.rows.same': 'As they are ({count})',
	'list.rows.wrong': 'Wrong ({count})',
	'list.running': 'Working on the list',
	'list.running_text': 'You can leave this page. It goes on by itself.',
	'list.start': { one: 'Do it for {count} person', other: 'Do it for {count} people' },
	'list.steps': '{done} of {total}',
	'list.text':
		'Add and correct many people at once. You see what will happen before anything is done.',
	'list.title': 'People from a list',
	'list.types':
		'A table saved as CSV from Excel, LibreOffice or Google Sheets, or a OneRoster archive.',
	'list.wrong_left': {
		one: '{count} row is wrong and is left out. Correct it in your file and send it again.',
		other: '{count} rows are wrong and are left out. Correct them in your file and send it again.',
	},
	'list.who': 'Show their names',
	'list.why.active_unknown': '“{text}” is neither yes nor no.',
	'list.why.ambiguous':
		'Several people are called {text}. Add a column “Student number” or “Username” to tell them apart.',
	'list.why.class_not_yours': '{text} is the class of other teachers.',
	'list.why.class_wrong': 'A class cannot be called “{text}”.',
	'list.why.language_unknown':
		'The box does not speak “{text}”. It knows Kinyarwanda, English, French and Swahili.',
	'list.why.name_missing': 'The name is missing.',
	'list.why.name_wrong': '“{text}” is too long for a name, or has signs that names do not have.',
	'list.why.number_wrong':
		'“{text}” is too long for a number, or has signs that numbers do not have.',
	'list.why.person_not_yours': 'Only an administrator can add or change this person.',
	'list.why.role_differs':
		'This person has another role than “{text}”. Change roles on the school page.',
	'list.why.role_unknown': '“{text}” is not a role. Write learner, teacher or admin.',
	'list.why.twice':
		'The same person is in row {text} already. If they are two people, give them student numbers.',
	'list.why.too_many_classes': 'There are too many classes: 20 in a row, 500 new ones in a list.',
	'list.why.username_taken': 'Somebody else has the username {text}.',
	'list.why.username_wrong':
		'“{text}” is not a username: only letters, digits, dots, hyphens and underscores.',
	'list.why.waiting':
		'This person asked for an account and waits for an answer. Approve or refuse it on the school page first.',
} as const;
