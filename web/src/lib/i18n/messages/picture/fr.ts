import type { PictureMessages } from '../../types';

/** Les leçons qui sont des images, et les images de pages. */
export const picture: PictureMessages = {
	'anchor.picture': 'Image',
	'format.gif': 'Image',
	'format.jpg': 'Image',
	'format.png': 'Image',
	'format.webp': 'Image',
	'job.poster_lesson': 'Faire une petite image',
	'lesson.jump.picture': 'Aller à l’image',
	'lesson.status.needs_description': 'À décrire',
	'picture.again': 'L’image n’est pas arrivée.',
	'picture.ask': 'Décrivez cette image pour que le tuteur puisse s’en servir.',
	'picture.ask_hint':
		'Écrivez ce qu’on y voit et les mots qui y sont. Les élèves la trouvent par ces mots.',
	'picture.change': 'Changer la description',
	'picture.describe': 'Décrire l’image',
	'picture.description': 'Ce que montre l’image',
	'picture.empty': 'Écrivez ce que montre l’image.',
	'picture.forget': 'Retirer la description',
	'picture.forgotten': 'La description est retirée.',
	'picture.larger': 'L’ouvrir en grand',
	'picture.no_words': 'Personne n’a encore décrit cette image.',
	'picture.of_page': 'La page {number} de {title} en image',
	'picture.page': 'La page',
	'picture.saved': 'Enregistré. Le tuteur a votre description.',
	'picture.see_page': 'Voir la page',
	'picture.title': 'L’image',
	'picture.waiting': 'L’image arrive',
};
