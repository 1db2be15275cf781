import type { ListMessages } from '../../types';

export const list: ListMessages = {
	'error.columns_unknown':
		'Nta nkingi y’urutonde irimo amazina. Umurongo wa mbere ugomba kuvuga icyo buri nkingi irimo, nka “Amazina” na “Ishuri”.',
	'list.another': 'Hitamo indi dosiye',
	'list.broke_off': 'Byahagaze hagati',
	'list.choose': 'Hitamo dosiye',
	'list.classes_new': {
		one: 'Ishuri {count} rishya: {names}',
		other: 'Amashuri mashya {count}: {names}',
	},
	'list.close': {
		one: 'Funga konti y’umunyeshuri {count} utari ku rutonde',
		other: 'Funga konti z’abanyeshuri {count} batari ku rutonde',
	},
	'list.close_hint': 'Nta kintu gisibwa. Konti ishobora kongera gufungurwa ku rupapuro rw’ikigo.',
	'list.closed': { one: 'Konti {count} yafunzwe', other: 'Konti {count} zafunzwe' },
	'list.closes': 'konti irafungwa',
	'list.column.active': 'Akora',
	'list.column.classes': 'Amashuri',
	'list.column.family_name': 'Izina ry’umuryango',
	'list.column.given_name': 'Izina bwite',
	'list.column.language': 'Ururimi',
	'list.column.name': 'Amazina',
	'list.column.number': 'Nimero y’umunyeshuri',
	'list.column.role': 'Uruhare',
	'list.column.username': 'Izina ryo kwinjira',
	'list.columns':
		'Urutonde rugira inkingi “Amazina”, cyangwa “Izina bwite” na “Izina ry’umuryango”.',
	'list.columns_more':
		'Izi na zo zirasomwa iyo zihari: Ishuri, Nimero y’umunyeshuri, Izina ryo kwinjira, Uruhare, Ururimi, Akora. Amashuri menshi atandukanywa n’akabago n’akitso (;).',
	'list.done': 'Urutonde rwashyizwe mu bikorwa',
	'list.failed': 'Ibyakozwe biragumaho; ongera wohereze urutonde ibisigaye bikorwe.',
	'list.ignored': { one: 'Inkingi itasomwe: {names}', other: 'Inkingi zitasomwe: {names}' },
	'list.joins': 'aje muri {names}',
	'list.known':
		'Abasanzwe mu kigo bamenyekana kuri nimero y’umunyeshuri, izina ryo kwinjira cyangwa amazina, ntibongerwamo kabiri.',
	'list.leaves': 'avuye muri {names}',
	'list.left': {
		one: 'Umurongo {count} wasigaye uko wari uri',
		other: 'Imirongo {count} yasigaye uko yari iri',
	},
	'list.left.class_gone': 'Ishuri ryakuweho, cyangwa irindi risigaye ryitwa iryo zina.',
	'list.left.class_not_yours': 'Ishuri risigaye ari iry’abandi barimu.',
	'list.left.number_taken': 'Undi muntu asigaye afite iyo nimero y’umunyeshuri.',
	'list.left.person_changed': 'Undi muntu yahinduye cyangwa yongeyemo uyu muntu hagati aho.',
	'list.left.person_gone': 'Uyu muntu yakuweho hagati aho.',
	'list.left.person_not_yours': 'Ntushobora guhindura uyu muntu, cyangwa ni we muyobozi usigaye.',
	'list.left.username_taken': 'Undi muntu asigaye afite iryo zina ryo kwinjira.',
	'list.left.waiting': 'Uyu muntu yasabye konti, ategereje kwemezwa.',
	'list.left_text':
		'Hari uwagize icyo ahindura nyuma y’uko urutonde rwerekanwa. Reba aba bantu, hanyuma wongere wohereze urutonde niba ari ngombwa.',
	'list.line': 'Umurongo wa {line}',
	'list.more': 'Erekana ibindi',
	'list.next_cards':
		'Abanyeshuri ntibaragira imibare cyangwa akarita: fungura ishuri ucape amakarita yaryo.',
	'list.next_staff': 'Ha abarimu bashya ijambo ry’ibanga ku rupapuro rw’ikigo.',
	'list.nothing': 'Nta cyo gukora gihari.',
	'list.open': 'Uhereye ku rutonde',
	'list.opens': 'konti irafungurwa',
	'list.out': 'Bika abantu bose ku rutonde',
	'list.out_register': 'Nk’igitabo cya OneRoster',
	'list.out_table': 'Nk’imbonerahamwe (CSV)',
	'list.out_text':
		'Kugira ngo urubike, uruhindure muri porogaramu y’imbonerahamwe urwohereze, cyangwa uruhe indi sisitemu.',
	'list.reading': 'Urutonde rurasomwa',
	'list.rows': 'Imirongo y’urutonde',
	'list.rows.changed': 'Ihinduka ({count})',
	'list.rows.new': 'Mishya ({count})',
	'list.rows.same': 'Uko yari iri ({count})',
	'list.rows.wrong': 'Irimo amakosa ({count})',
	'list.running': 'Urutonde rurakorwaho',
	'list.running_text': 'Ushobora kuva kuri uru rupapuro. Birakomeza ubwabyo.',
	'list.start': { one: 'Bikorere umuntu {count}', other: 'Bikorere abantu {count}' },
	'list.steps': '{done} kuri {total}',
	'list.text':
		'Ongeraho kandi ukosore abantu benshi icyarimwe. Ubona ibigiye kuba mbere y’uko bikorwa.',
	'list.title': 'Abantu bo ku rutonde',
	'list.types':
		'Imbonerahamwe yabitswe nka CSV ivuye muri Excel, LibreOffice cyangwa Google Sheets, cyangwa ububiko bwa OneRoster.',
	'list.wrong_left': {
		one: 'Umurongo {count} urimo ikosa, urasigara. Ukosore muri dosiye yawe wongere uyohereze.',
		other:
			'Imirongo {count} irimo amakosa, irasigara. Yikosore muri dosiye yawe wongere uyohereze.',
	},
	'list.who': 'Erekana amazina yabo',
	'list.why.active_unknown': '“{text}” si yego si na oya.',
	'list.why.ambiguous':
		'Abantu benshi bitwa {text}. Ongeraho inkingi “Nimero y’umunyeshuri” cyangwa “Izina ryo kwinjira” ngo batandukanywe.',
	'list.why.class_not_yours': '{text} ni ishuri ry’abandi barimu.',
	'list.why.class_wrong': 'Ishuri ntirishobora kwitwa “{text}”.',
	'list.why.language_unknown':
		'Agasanduku ntikavuga “{text}”. Kazi Ikinyarwanda, Icyongereza, Igifaransa n’Igiswahili.',
	'list.why.name_missing': 'Izina ntirihari.',
	'list.why.name_wrong':
		'“{text}” ni rirerire ku izina cyangwa ririmo ibimenyetso bitaba mu izina.',
	'list.why.number_wrong':
		'“{text}” ni ndende kuri nimero cyangwa irimo ibimenyetso bitaba muri nimero.',
	'list.why.person_not_yours':
		'Umuyobozi wenyine ni we ushobora kongeramo cyangwa guhindura uyu muntu.',
	'list.why.role_differs':
		'Uyu muntu afite urundi ruhare rutari “{text}”. Uruhare ruhindurirwa ku rupapuro rw’ikigo.',
	'list.why.role_unknown': '“{text}” si uruhare. Andika umunyeshuri, umwarimu cyangwa umuyobozi.',
	'list.why.twice':
		'Uyu muntu asanzwe ku murongo wa {text}. Niba ari abantu babiri, bahe nimero z’abanyeshuri.',
	'list.why.too_many_classes': 'Amashuri ni menshi cyane: 20 ku murongo, 500 mashya ku rutonde.',
	'list.why.username_taken': 'Undi muntu afite izina ryo kwinjira {text}.',
	'list.why.username_wrong':
		'“{text}” si izina ryo kwinjira: inyuguti, imibare, utudomo, uturongo.',
	'list.why.waiting':
		'Uyu muntu yasabye konti arategereje. Banza uyemeze cyangwa uyange ku rupapuro rw’ikigo.',
};
