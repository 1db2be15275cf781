import type { PictureMessages } from '../../types';

/** Masomo ambayo ni picha, na picha za kurasa. */
export const picture: PictureMessages = {
	'anchor.picture': 'Picha',
	'format.gif': 'Picha',
	'format.jpg': 'Picha',
	'format.png': 'Picha',
	'format.webp': 'Picha',
	'job.poster_lesson': 'Kutengeneza picha ndogo',
	'lesson.jump.picture': 'Nenda kwenye picha',
	'lesson.status.needs_description': 'Inahitaji maelezo',
	'picture.again': 'Picha haikufika.',
	'picture.ask': 'Eleza picha hii ili msaidizi aweze kuitumia.',
	'picture.ask_hint':
		'Andika kinachoonekana na maneno yaliyo juu yake. Wanafunzi huipata kwa maneno haya.',
	'picture.change': 'Badilisha maelezo',
	'picture.describe': 'Eleza picha',
	'picture.description': 'Picha inaonyesha nini',
	'picture.empty': 'Andika picha inaonyesha nini.',
	'picture.forget': 'Ondoa maelezo',
	'picture.forgotten': 'Maelezo yameondolewa.',
	'picture.larger': 'Ifungue kwa ukubwa',
	'picture.no_words': 'Hakuna aliyeeleza picha hii bado.',
	'picture.of_page': 'Ukurasa wa {number} wa {title} kama picha',
	'picture.page': 'Ukurasa',
	'picture.saved': 'Imehifadhiwa. Msaidizi ana maelezo yako.',
	'picture.see_page': 'Tazama ukurasa',
	'picture.title': 'Picha',
	'picture.waiting': 'Picha inakuja',
};
