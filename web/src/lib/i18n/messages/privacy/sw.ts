/** Kile shule inajua kumhusu mtu: kukitoa, na kukifuta. */

import type { PrivacyMessages } from '../../types';

export const privacy: PrivacyMessages = {
	'erase.account': 'akaunti, pamoja na kila kitu cha kuingilia',
	'erase.answers': {
		one: 'jibu {count} lililohifadhiwa lenye maneno ya mtu huyu',
		other: 'majibu {count} yaliyohifadhiwa yenye maneno ya mtu huyu',
	},
	'erase.chats': {
		one: 'mazungumzo {count} na wakufunzi',
		other: 'mazungumzo {count} na wakufunzi',
	},
	'erase.classes': { one: 'nafasi katika darasa {count}', other: 'nafasi katika madarasa {count}' },
	'erase.confirm': 'Ili kuwa na uhakika, andika jina: {name}',
	'erase.confirm_wrong': 'Hili silo jina.',
	'erase.copies':
		'Nakala za hifadhidata zinazofanywa kila siku bado zina mtu huyu. Ya mwisho hufutwa baada ya siku {count}.',
	'erase.done': 'Hakuna chochote cha mtu huyu kilichobaki kwenye kisanduku.',
	'erase.goes': 'Hivi vinafutwa kabisa:',
	'erase.going':
		'{name} amefutwa. Kisanduku kinasafisha faili zake; unaweza kuondoka kwenye ukurasa huu.',
	'erase.heir': 'Mengine yanakwenda kwa',
	'erase.lessons': 'Masomo aliyoleta mtu huyu yanabaki shuleni. Chagua yale yanayofutwa pia.',
	'erase.lessons_all': 'Chagua yote',
	'erase.now': 'Futa kabisa',
	'erase.open': 'Futa kabisa…',
	'erase.questions': { one: 'swali {count}', other: 'maswali {count}' },
	'erase.title': 'Kumfuta {name} kabisa',
	'erase.uploads': { one: 'faili {count} inayotumwa', other: 'faili {count} zinazotumwa' },
	'erase.warn': 'Hakuna njia ya kurudisha, hata kutoka kwenye pipa la taka.',
	'erase.working': 'Inasafisha',
	'export.me': 'Hifadhi data yangu',
	'export.me_text':
		'Kila kitu ambacho kisanduku kinahifadhi kukuhusu, kama faili. Usiziache kwenye simu inayotumiwa na wengine.',
	'export.me_title': 'Data yangu',
	'export.person': 'Hifadhi data ya mtu',
	'job.clean_up_person': 'Kusafisha baada ya mtu kufutwa',
};
