/** Lessons from a USB stick, and what a school may keep. */

import type { StickMessages } from '../../types';

export const stick: StickMessages = {
	'box.library': 'Masomo',
	'box.library_free': 'Hakoreshejwe {used}, hasigaye {free}',
	'box.library_hint': {
		one: 'Hari isomo {count}. Nta mupaka washyizweho uretse ububiko.',
		other: 'Hari amasomo {count}. Nta mupaka washyizweho uretse ububiko.',
	},
	'box.library_hint_bytes': {
		one: 'Hari isomo {count}. Ishuri ryemerewe kubika {most}.',
		other: 'Hari amasomo {count}. Ishuri ryemerewe kubika {most}.',
	},
	'box.library_hint_lessons': {
		one: 'Hari isomo {count} kuri {most} ntarengwa. Siba ashaje haboneke umwanya.',
		other: 'Hari amasomo {count} kuri {most} ntarengwa. Siba ashaje haboneke umwanya.',
	},
	'job.copy_stick': 'Gukopa bivuye kuri fulashi',
	'stick.already': {
		one: 'Dosiye {count} isanzwe mu isomero.',
		other: 'Dosiye {count} zisanzwe mu isomero.',
	},
	'stick.choose': 'Hitamo dosiye cyangwa ububiko bwose.',
	'stick.chosen': { one: 'Reba icyo wahisemo: {count}', other: 'Reba ibyo wahisemo: {count}' },
	'stick.copied': { one: 'Hongeweho isomo {count}', other: 'Hongeweho amasomo {count}' },
	'stick.copy': { one: 'Kopa dosiye {count}', other: 'Kopa dosiye {count}' },
	'stick.copying': 'Turakopa tuvana kuri {name}',
	'stick.cut': 'Hari ibindi birenze ibi. Banza ukope ibi, hanyuma uhitemo ibisigaye.',
	'stick.empty': 'Nta kiri muri ubu bubiko.',
	'stick.finished': 'Byavuye kuri {name}',
	'stick.folder': 'Ububiko',
	'stick.leave': 'Ushobora gufunga uru rupapuro. Agasanduku karakomeza gukopa.',
	'stick.loading': 'Turareba fulashi',
	'stick.more': 'Ubu bububiko burimo ibindi bitagaragara. Hitamo ububiko bwose.',
	'stick.none.text': 'Comeka fulashi ku gasanduku. Iraza hano ubwayo.',
	'stick.none.title': 'Nta fulashi icometse',
	'stick.nothing_new': 'Nta gishya cyo gukopa gihari.',
	'stick.of_files': 'Dosiye {done} kuri {total}',
	'stick.open': 'Kuri fulashi',
	'stick.open_folder': 'Fungura {name}',
	'stick.plan': 'Icyo agasanduku kagiye gukora',
	'stick.plan_new': { one: 'Dosiye nshya {count}, {size}', other: 'Dosiye nshya {count}, {size}' },
	'stick.refused': {
		one: 'Dosiye {count} iguma kuri fulashi:',
		other: 'Dosiye {count} ziguma kuri fulashi:',
	},
	'stick.stopped': 'Byahagaritswe itaragerwaho.',
	'stick.subject_all': 'Icyigwa cya zose',
	'stick.text': 'Agasanduku gasoma fulashi gusa, ntikayihindura.',
	'stick.up': 'Subira mu bubiko bwo hejuru',
};
