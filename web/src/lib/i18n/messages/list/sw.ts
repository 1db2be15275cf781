import type { ListMessages } from '../../types';

export const list: ListMessages = {
	'error.columns_unknown':
		'Hakuna safu ya orodha yenye majina. Mstari wake wa kwanza lazima useme kila safu ni nini, kama “Jina” na “Darasa”.',
	'list.another': 'Chagua faili lingine',
	'list.broke_off': 'Orodha imekatika',
	'list.choose': 'Chagua faili',
	'list.classes_new': {
		one: 'Darasa jipya {count}: {names}',
		other: 'Madarasa mapya {count}: {names}',
	},
	'list.close': {
		one: 'Funga akaunti ya mwanafunzi {count} ambaye hayumo kwenye orodha',
		other: 'Funga akaunti za wanafunzi {count} ambao hawamo kwenye orodha',
	},
	'list.close_hint':
		'Hakuna kinachofutwa. Akaunti inaweza kufunguliwa tena kwenye ukurasa wa shule.',
	'list.closed': { one: 'Akaunti {count} imefungwa', other: 'Akaunti {count} zimefungwa' },
	'list.closes': 'akaunti inafungwa',
	'list.column.active': 'Hai',
	'list.column.classes': 'Madarasa',
	'list.column.family_name': 'Jina la ukoo',
	'list.column.given_name': 'Jina la kwanza',
	'list.column.language': 'Lugha',
	'list.column.name': 'Jina',
	'list.column.number': 'Nambari ya usajili',
	'list.column.role': 'Wajibu',
	'list.column.username': 'Jina la kuingia',
	'list.columns': 'Orodha ina safu “Jina”, au “Jina la kwanza” na “Jina la ukoo”.',
	'list.columns_more':
		'Hizi pia husomwa zikiwepo: Darasa, Nambari ya usajili, Jina la kuingia, Wajibu, Lugha, Hai. Madarasa kadhaa hutenganishwa kwa nukta mkato (;).',
	'list.done': 'Orodha imetekelezwa',
	'list.failed': 'Kilichofanywa kinabaki. Tuma orodha tena ili kufanya yaliyosalia.',
	'list.ignored': { one: 'Safu isiyosomwa: {names}', other: 'Safu zisizosomwa: {names}' },
	'list.joins': 'anaingia {names}',
	'list.known':
		'Waliomo shuleni tayari wanatambuliwa kwa nambari ya usajili, jina la kuingia au jina, na hawaongezwi mara mbili.',
	'list.leaves': 'anatoka {names}',
	'list.left': {
		one: 'Mstari {count} umeachwa ulivyokuwa',
		other: 'Mistari {count} imeachwa ilivyokuwa',
	},
	'list.left.class_gone': 'Darasa limeondolewa, au lingine lina jina hilo sasa.',
	'list.left.class_not_yours': 'Darasa sasa ni la walimu wengine.',
	'list.left.number_taken': 'Mtu mwingine ana nambari hiyo ya usajili sasa.',
	'list.left.person_changed': 'Mtu mwingine alimbadilisha au kumwongeza mtu huyu wakati huo.',
	'list.left.person_gone': 'Mtu huyu aliondolewa wakati huo.',
	'list.left.person_not_yours': 'Huwezi kumbadilisha mtu huyu, au ni msimamizi wa mwisho.',
	'list.left.username_taken': 'Mtu mwingine ana jina hilo la kuingia sasa.',
	'list.left.waiting': 'Mtu huyu ameomba akaunti na anasubiri kuidhinishwa.',
	'list.left_text':
		'Mtu mwingine alibadilisha kitu baada ya orodha kuonyeshwa. Waangalie watu hawa, kisha utume orodha tena ikihitajika.',
	'list.line': 'Mstari {line}',
	'list.more': 'Onyesha zaidi',
	'list.next_cards':
		'Wanafunzi bado hawana tarakimu wala beji: fungua darasa na uchapishe kadi zake.',
	'list.next_staff': 'Wape walimu wapya nenosiri kwenye ukurasa wa shule.',
	'list.nothing': 'Hakuna la kufanya.',
	'list.open': 'Kutoka kwenye orodha',
	'list.opens': 'akaunti inafunguliwa',
	'list.out': 'Hifadhi watu wote kama orodha',
	'list.out_register': 'Kama rejista ya OneRoster',
	'list.out_table': 'Kama jedwali (CSV)',
	'list.out_text':
		'Ya kuhifadhi, ya kubadilisha kwenye lahajedwali na kutuma tena, au kwa mfumo mwingine.',
	'list.reading': 'Orodha inasomwa',
	'list.rows': 'Mistari ya orodha',
	'list.rows.changed': 'Inayobadilika ({count})',
	'list.rows.new': 'Mipya ({count})',
	'list.rows.same': 'Kama ilivyo ({count})',
	'list.rows.wrong': 'Yenye makosa ({count})',
	'list.running': 'Orodha inafanyiwa kazi',
	'list.running_text': 'Unaweza kuondoka kwenye ukurasa huu. Kazi inaendelea yenyewe.',
	'list.start': { one: 'Fanya kwa mtu {count}', other: 'Fanya kwa watu {count}' },
	'list.steps': '{done} kati ya {total}',
	'list.text':
		'Ongeza na usahihishe watu wengi kwa pamoja. Unaona kitakachotokea kabla ya chochote kufanywa.',
	'list.title': 'Watu kutoka kwenye orodha',
	'list.types':
		'Jedwali lililohifadhiwa kama CSV kutoka Excel, LibreOffice au Google Sheets, au kumbukumbu ya OneRoster.',
	'list.wrong_left': {
		one: 'Mstari {count} una kosa na unaachwa. Usahihishe kwenye faili lako na ulitume tena.',
		other: 'Mistari {count} ina makosa na inaachwa. Isahihishe kwenye faili lako na ulitume tena.',
	},
	'list.who': 'Onyesha majina yao',
	'list.why.active_unknown': '“{text}” si ndiyo wala hapana.',
	'list.why.ambiguous':
		'Watu kadhaa wanaitwa {text}. Ongeza safu “Nambari ya usajili” au “Jina la kuingia” ili kuwatofautisha.',
	'list.why.class_not_yours': '{text} ni darasa la walimu wengine.',
	'list.why.class_wrong': 'Darasa haliwezi kuitwa “{text}”.',
	'list.why.language_unknown':
		'Kisanduku hakizungumzi “{text}”. Kinajua Kinyarwanda, Kiingereza, Kifaransa na Kiswahili.',
	'list.why.name_missing': 'Jina halipo.',
	'list.why.name_wrong': '“{text}” ni refu mno kwa jina au lina alama zisizo za jina.',
	'list.why.number_wrong': '“{text}” ni ndefu mno kwa nambari au ina alama zisizo za nambari.',
	'list.why.person_not_yours': 'Msimamizi pekee anaweza kumwongeza au kumbadilisha mtu huyu.',
	'list.why.role_differs':
		'Mtu huyu ana wajibu mwingine usio “{text}”. Wajibu hubadilishwa kwenye ukurasa wa shule.',
	'list.why.role_unknown': '“{text}” si wajibu. Andika mwanafunzi, mwalimu au msimamizi.',
	'list.why.twice':
		'Mtu huyo yuko tayari kwenye mstari {text}. Ikiwa ni watu wawili, wape nambari za usajili.',
	'list.why.too_many_classes': 'Madarasa ni mengi mno: 20 kwa mstari, 500 mapya kwa orodha.',
	'list.why.username_taken': 'Mtu mwingine ana jina la kuingia {text}.',
	'list.why.username_wrong': '“{text}” si jina la kuingia: herufi, tarakimu, nukta, vistari.',
	'list.why.waiting':
		'Mtu huyu ameomba akaunti na anasubiri. Kwanza ikubali au ikatae kwenye ukurasa wa shule.',
};
