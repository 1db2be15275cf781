import type { PictureMessages } from '../../types';

/** Amasomo ari amashusho, n’amashusho y’impapuro. */
export const picture: PictureMessages = {
	'anchor.picture': 'Ishusho',
	'format.gif': 'Ishusho',
	'format.jpg': 'Ishusho',
	'format.png': 'Ishusho',
	'format.webp': 'Ishusho',
	'job.poster_lesson': 'Gukora ishusho nto',
	'lesson.jump.picture': 'Jya ku ishusho',
	'lesson.status.needs_description': 'Rikeneye ibisobanuro',
	'picture.again': 'Ishusho ntiyabonetse.',
	'picture.ask': 'Sobanura iyi shusho kugira ngo umufasha ayikoreshe.',
	'picture.ask_hint':
		'Andika ibigaragara n’amagambo ayiriho. Abanyeshuri bayisanga bakoresheje ayo magambo.',
	'picture.change': 'Hindura ibisobanuro',
	'picture.describe': 'Sobanura ishusho',
	'picture.description': 'Ibigaragara ku ishusho',
	'picture.empty': 'Andika ibigaragara ku ishusho.',
	'picture.forget': 'Kuraho ibisobanuro',
	'picture.forgotten': 'Ibisobanuro byakuweho.',
	'picture.larger': 'Yifungure ari nini',
	'picture.no_words': 'Nta muntu urasobanura iyi shusho.',
	'picture.of_page': 'Urupapuro rwa {number} rwa {title} nk’ishusho',
	'picture.page': 'Urupapuro',
	'picture.saved': 'Byabitswe. Umufasha afite ibisobanuro byawe.',
	'picture.see_page': 'Reba urupapuro',
	'picture.title': 'Ishusho',
	'picture.waiting': 'Ishusho iraje',
};
