/** Codes of a phone for staff, and the time they are judged by. */

import type { CodesMessages } from '../../types';

export const codes: CodesMessages = {
	'clock.known': 'Kuna anayeithibitisha: seva ya saa au msimamizi.',
	'clock.known_now': 'Sasa kisanduku kinajua saa.',
	'clock.now': 'Kisanduku kinatumia {when}.',
	'clock.open': 'Nenda kwenye ukurasa wa kisanduku',
	'clock.refused':
		'Saa ya kifaa hiki iko nyuma ya kisanduku, au mbele sana. Kisanduku husogea mbele tu. Angalia kifaa hiki.',
	'clock.stand_by': 'Ni {when}, kama kwenye kifaa hiki',
	'clock.title': 'Saa',
	'clock.unknown':
		'Tangu kisanduku kiwashwe hakuna aliyethibitisha saa hii. Misimbo ya simu haihesabiki hadi ithibitishwe.',
	'codes.back': 'Andika nenosiri tena',
	'codes.begin': 'Endelea',
	'codes.code': 'Msimbo',
	'codes.code_hint': 'Tarakimu sita, au mmoja wa misimbo yako ya dharura.',
	'codes.code_missing': 'Andika msimbo.',
	'codes.distrust': 'Omba msimbo kila mahali tena',
	'codes.distrusted': 'Msimbo unaombwa kila mahali tena.',
	'codes.first': 'Msimbo kwenye simu',
	'codes.is_on': 'Imewashwa',
	'codes.left': {
		one: 'Umebaki msimbo {count} wa dharura.',
		other: 'Imebaki misimbo {count} ya dharura.',
	},
	'codes.lift': 'Zima misimbo ya kuingia',
	'codes.lift_text':
		'Fanya hivi tu kwa mtu unayemwona, aliyepoteza simu na misimbo ya dharura. Baada ya hapo nenosiri pekee linatosha.',
	'codes.lift_title': 'Zima misimbo ya {name}?',
	'codes.lifted': '{name} sasa anaingia bila misimbo.',
	'codes.locked':
		'Kulikuwa na misimbo mingi isiyo sahihi. Andika mmoja wa misimbo yako ya dharura, au mwulize msimamizi.',
	'codes.lost': 'Huna simu wala msimbo wa dharura? Msimamizi anaweza kuzima misimbo yako.',
	'codes.off_now': 'Misimbo imezimwa.',
	'codes.off_text': 'Baada ya hapo nenosiri pekee linakuingiza.',
	'codes.open': 'Misimbo ya kuingia',
	'codes.or_type': 'Au andika hii kwenye programu:',
	'codes.picture': 'Msimbo wa kuskani kwa programu',
	'codes.recovery_code': 'Msimbo wa dharura',
	'codes.renew': 'Misimbo mipya ya dharura',
	'codes.renew_text': 'Ya zamani inaacha kufanya kazi.',
	'codes.scan': 'Skani picha kwa programu ya misimbo ya kuingia kwenye simu yako.',
	'codes.secret': 'Cha kuandika kwenye programu',
	'codes.sheet': 'Misimbo ya dharura',
	'codes.sheet_done': 'Nimeihifadhi',
	'codes.sheet_once': 'Hii inaonyeshwa sasa tu. Ichapishe au iandike.',
	'codes.sheet_text':
		'Kila mmoja humwingiza {username} mara moja, baada ya nenosiri, simu isipokuwepo au kisanduku kisipojua saa.',
	'codes.since': 'tangu {when}',
	'codes.step_recovery': 'Nenosiri ni sahihi. Andika mmoja wa misimbo yako ya dharura.',
	'codes.step_text': 'Nenosiri ni sahihi. Andika msimbo unaoonyeshwa na simu yako.',
	'codes.step_title': 'Hatua moja zaidi',
	'codes.text':
		'Baada ya nenosiri, msimbo unaoonyeshwa na simu yako. Atakayejua nenosiri lako bado hawezi kuingia.',
	'codes.then_type': 'Kisha andika tarakimu sita inazoonyesha.',
	'codes.time_unknown':
		'Kisanduku hakijui saa, kwa hiyo hakiwezi kukagua misimbo ya simu. Misimbo ya dharura inafanya kazi. Msimamizi anaweza kukiambia saa.',
	'codes.title': 'Misimbo ya kuingia',
	'codes.trust': 'Usiombe msimbo kwenye kifaa hiki kwa siku 30',
	'codes.trust_hint': 'Kwenye kifaa chako mwenyewe tu.',
	'codes.trusted': 'Vifaa visivyoomba msimbo',
	'codes.trusted_until': 'hadi {when}',
	'codes.trusted_where': 'Vifaa visivyoomba msimbo viko kwenye orodha ya mahali ulipoingia.',
	'codes.turn_off': 'Zima misimbo',
	'codes.turn_on': 'Washa misimbo',
	'error.code_wrong': 'Msimbo huu si sahihi, au ulishatumika. Subiri unaofuata.',
	'error.codes_off':
		'Misimbo ya simu haihesabiki kwa sasa. Andika mmoja wa misimbo yako ya dharura.',
	'error.sign_in_over': 'Imechukua muda mrefu. Andika nenosiri lako tena.',
};
