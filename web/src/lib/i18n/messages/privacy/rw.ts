/** Ibyo ishuri rizi ku muntu: kubitanga no kubisiba. */

import type { PrivacyMessages } from '../../types';

export const privacy: PrivacyMessages = {
	'erase.account': 'konti n’ibyo kwinjira byose',
	'erase.answers': {
		one: 'igisubizo {count} cyabitswe kirimo amagambo y’uyu muntu',
		other: 'ibisubizo {count} byabitswe birimo amagambo y’uyu muntu',
	},
	'erase.chats': {
		one: 'ikiganiro {count} n’abarimu b’ikoranabuhanga',
		other: 'ibiganiro {count} n’abarimu b’ikoranabuhanga',
	},
	'erase.classes': { one: 'umwanya mu ishuri {count}', other: 'umwanya mu mashuri {count}' },
	'erase.confirm': 'Kugira ngo wizere, andika izina: {name}',
	'erase.confirm_wrong': 'Iri si ryo zina.',
	'erase.copies':
		'Kopi z’ububiko zikorwa buri munsi ziracyarimo uyu muntu. Iya nyuma isibwa nyuma y’iminsi {count}.',
	'erase.done': 'Nta kintu cy’uyu muntu gisigaye mu gasanduku.',
	'erase.goes': 'Ibi birasibwa burundu:',
	'erase.going':
		'{name} yasibwe. Agasanduku karimo gusukura amadosiye yako; ushobora kuva kuri uru rupapuro.',
	'erase.heir': 'Andi ahabwa',
	'erase.lessons': 'Amasomo uyu muntu yazanye asigara mu ishuri. Hitamo ayasibwa na yo.',
	'erase.lessons_all': 'Hitamo yose',
	'erase.now': 'Siba burundu',
	'erase.open': 'Siba burundu…',
	'erase.questions': { one: 'ikibazo {count}', other: 'ibibazo {count}' },
	'erase.title': 'Gusiba {name} burundu',
	'erase.uploads': {
		one: 'dosiye {count} irimo koherezwa',
		other: 'amadosiye {count} arimo koherezwa',
	},
	'erase.warn': 'Nta buryo bwo kubigarura, habe no mu byajugunywe.',
	'erase.working': 'Harasukurwa',
	'export.me': 'Bika amakuru yanjye',
	'export.me_text':
		'Ibyo agasanduku kabika kuri wowe byose, mu madosiye. Ntuyasige kuri telefone abandi bakoresha.',
	'export.me_title': 'Amakuru yanjye',
	'export.person': 'Bika amakuru y’umuntu',
	'job.clean_up_person': 'Gusukura ibyasizwe n’uwasibwe',
};
