/** Ce que l’école sait d’une personne : le remettre, et l’effacer. */

import type { PrivacyMessages } from '../../types';

export const privacy: PrivacyMessages = {
	'erase.account': 'le compte, avec tout ce qui sert à se connecter',
	'erase.answers': {
		one: '{count} réponse gardée dans les mots de cette personne',
		other: '{count} réponses gardées dans les mots de cette personne',
	},
	'erase.chats': {
		one: '{count} conversation avec les tuteurs',
		other: '{count} conversations avec les tuteurs',
	},
	'erase.classes': { one: 'la place dans {count} classe', other: 'la place dans {count} classes' },
	'erase.confirm': 'Pour être sûr, écrivez le nom : {name}',
	'erase.confirm_wrong': 'Ce n’est pas ce nom.',
	'erase.copies':
		'Les copies quotidiennes de la base de données contiennent encore cette personne. La dernière disparaît après {count} jours.',
	'erase.done': 'Il ne reste rien de cette personne sur la boîte.',
	'erase.goes': 'Ceci disparaît pour toujours :',
	'erase.going':
		'{name} a été effacé. La boîte nettoie ses fichiers ; vous pouvez quitter cette page.',
	'erase.heir': 'Les autres reviennent à',
	'erase.lessons':
		'Les leçons que cette personne a apportées restent à l’école. Choisissez celles qui doivent partir aussi.',
	'erase.lessons_all': 'Tout choisir',
	'erase.now': 'Effacer pour toujours',
	'erase.open': 'Effacer pour toujours…',
	'erase.questions': { one: '{count} question', other: '{count} questions' },
	'erase.title': 'Effacer {name} pour toujours',
	'erase.uploads': {
		one: '{count} fichier en cours d’envoi',
		other: '{count} fichiers en cours d’envoi',
	},
	'erase.warn': 'Il n’y a pas de retour possible, même depuis la corbeille.',
	'erase.working': 'Nettoyage',
	'export.me': 'Enregistrer mes données',
	'export.me_text':
		'Tout ce que la boîte garde sur vous, en fichiers. Ne les laissez pas sur un téléphone que d’autres utilisent.',
	'export.me_title': 'Mes données',
	'export.person': 'Enregistrer les données de la personne',
	'job.clean_up_person': 'Nettoyage après l’effacement d’une personne',
};
