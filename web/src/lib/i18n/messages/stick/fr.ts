/** Lessons from a USB stick, and what a school may keep. */

import type { StickMessages } from '../../types';

export const stick: StickMessages = {
	'box.library': 'Leçons',
	'box.library_free': '{used} utilisés, {free} restants',
	'box.library_hint': {
		one: '{count} leçon est ici. Seul le disque fixe une limite.',
		other: '{count} leçons sont ici. Seul le disque fixe une limite.',
	},
	'box.library_hint_bytes': {
		one: '{count} leçon est ici. L’école peut garder {most}.',
		other: '{count} leçons sont ici. L’école peut garder {most}.',
	},
	'box.library_hint_lessons': {
		one: '{count} leçon sur {most} au plus. Supprimez les anciennes pour faire de la place.',
		other: '{count} leçons sur {most} au plus. Supprimez les anciennes pour faire de la place.',
	},
	'job.copy_stick': 'Copie depuis une clé USB',
	'stick.already': {
		one: '{count} fichier est déjà dans la bibliothèque.',
		other: '{count} fichiers sont déjà dans la bibliothèque.',
	},
	'stick.choose': 'Choisissez des fichiers ou des dossiers entiers.',
	'stick.chosen': { one: 'Vérifier {count} choix', other: 'Vérifier {count} choix' },
	'stick.copied': { one: '{count} leçon ajoutée', other: '{count} leçons ajoutées' },
	'stick.copy': { one: 'Copier {count} fichier', other: 'Copier {count} fichiers' },
	'stick.copying': 'Copie depuis {name}',
	'stick.cut': 'Il y a plus que ce qu’un plan contient. Copiez ceci, puis choisissez le reste.',
	'stick.empty': 'Ce dossier est vide.',
	'stick.finished': 'Copié depuis {name}',
	'stick.folder': 'Dossier',
	'stick.leave': 'Vous pouvez fermer cette page. La box continue la copie.',
	'stick.loading': 'Lecture de la clé',
	'stick.more': 'Ce dossier contient plus que ce qui est montré. Choisissez tout le dossier.',
	'stick.none.text': 'Branchez une clé USB sur la box. Elle apparaît ici d’elle-même.',
	'stick.none.title': 'Aucune clé n’est branchée',
	'stick.nothing_new': 'Il n’y a rien de nouveau à copier.',
	'stick.of_files': '{done} fichiers sur {total}',
	'stick.open': 'Depuis une clé USB',
	'stick.open_folder': 'Ouvrir {name}',
	'stick.plan': 'Ce que la box va faire',
	'stick.plan_new': {
		one: '{count} nouveau fichier, {size}',
		other: '{count} nouveaux fichiers, {size}',
	},
	'stick.refused': {
		one: '{count} fichier reste sur la clé :',
		other: '{count} fichiers restent sur la clé :',
	},
	'stick.stopped': 'Arrêté avant son tour.',
	'stick.subject_all': 'Matière de tous ces fichiers',
	'stick.text': 'La box lit seulement la clé et ne la modifie jamais.',
	'stick.up': 'Dossier parent',
};
