/** Lessons from a USB stick, and what a school may keep. */

import type { StickMessages } from '../../types';

export const stick: StickMessages = {
	'box.library': 'Masomo',
	'box.library_free': 'Imetumika {used}, imebaki {free}',
	'box.library_hint': {
		one: 'Kuna somo {count}. Hakuna kikomo ila diski.',
		other: 'Kuna masomo {count}. Hakuna kikomo ila diski.',
	},
	'box.library_hint_bytes': {
		one: 'Kuna somo {count}. Shule inaruhusiwa kuhifadhi {most}.',
		other: 'Kuna masomo {count}. Shule inaruhusiwa kuhifadhi {most}.',
	},
	'box.library_hint_lessons': {
		one: 'Kuna somo {count} kati ya {most}. Ondoa ya zamani kupata nafasi.',
		other: 'Kuna masomo {count} kati ya {most}. Ondoa ya zamani kupata nafasi.',
	},
	'job.copy_stick': 'Kunakili kutoka fulashi',
	'stick.already': {
		one: 'Faili {count} tayari limo kwenye maktaba.',
		other: 'Faili {count} tayari zimo kwenye maktaba.',
	},
	'stick.choose': 'Chagua faili au folda nzima.',
	'stick.chosen': { one: 'Angalia chaguo {count}', other: 'Angalia chaguo {count}' },
	'stick.copied': { one: 'Somo {count} limeongezwa', other: 'Masomo {count} yameongezwa' },
	'stick.copy': { one: 'Nakili faili {count}', other: 'Nakili faili {count}' },
	'stick.copying': 'Inanakili kutoka {name}',
	'stick.cut': 'Kuna zaidi ya mpango mmoja. Nakili hizi kwanza, kisha chagua zilizobaki.',
	'stick.empty': 'Hakuna kitu kwenye folda hii.',
	'stick.finished': 'Imenakiliwa kutoka {name}',
	'stick.folder': 'Folda',
	'stick.leave': 'Unaweza kufunga ukurasa huu. Kisanduku kinaendelea kunakili.',
	'stick.loading': 'Inaangalia fulashi',
	'stick.more': 'Folda hii ina zaidi ya inavyoonekana. Chagua folda nzima.',
	'stick.none.text': 'Chomeka fulashi kwenye kisanduku. Itaonekana hapa yenyewe.',
	'stick.none.title': 'Hakuna fulashi iliyochomekwa',
	'stick.nothing_new': 'Hakuna kipya cha kunakili.',
	'stick.of_files': 'Faili {done} kati ya {total}',
	'stick.open': 'Kutoka fulashi',
	'stick.open_folder': 'Fungua {name}',
	'stick.plan': 'Kisanduku kitafanya nini',
	'stick.plan_new': { one: 'Faili mpya {count}, {size}', other: 'Faili mpya {count}, {size}' },
	'stick.refused': {
		one: 'Faili {count} linabaki kwenye fulashi:',
		other: 'Faili {count} zinabaki kwenye fulashi:',
	},
	'stick.stopped': 'Imesimamishwa kabla ya zamu yake.',
	'stick.subject_all': 'Mada ya zote',
	'stick.text': 'Kisanduku kinasoma fulashi tu, hakiibadilishi.',
	'stick.up': 'Folda ya juu',
};
