import type { ListMessages } from '../../types';

export const list: ListMessages = {
	'error.columns_unknown':
		'Aucune colonne de la liste ne contient des noms. Sa première ligne doit dire ce qu’est chaque colonne, comme « Nom » et « Classe ».',
	'list.another': 'Choisir un autre fichier',
	'list.broke_off': 'La liste s’est interrompue',
	'list.choose': 'Choisir un fichier',
	'list.classes_new': {
		one: '{count} nouvelle classe : {names}',
		other: '{count} nouvelles classes : {names}',
	},
	'list.close': {
		one: 'Fermer le compte de {count} élève qui n’est pas dans la liste',
		other: 'Fermer les comptes de {count} élèves qui ne sont pas dans la liste',
	},
	'list.close_hint': 'Rien n’est supprimé. Un compte peut être rouvert sur la page de l’école.',
	'list.closed': { one: '{count} compte fermé', other: '{count} comptes fermés' },
	'list.closes': 'ferme le compte',
	'list.column.active': 'Actif',
	'list.column.classes': 'Classes',
	'list.column.family_name': 'Nom de famille',
	'list.column.given_name': 'Prénom',
	'list.column.language': 'Langue',
	'list.column.name': 'Nom',
	'list.column.number': 'Matricule',
	'list.column.role': 'Rôle',
	'list.column.username': 'Nom d’utilisateur',
	'list.columns': 'Une liste a une colonne « Nom », ou « Prénom » et « Nom de famille ».',
	'list.columns_more':
		'Celles-ci sont lues aussi, si elles y sont : Classe, Matricule, Nom d’utilisateur, Rôle, Langue, Actif. Plusieurs classes sont séparées par un point-virgule.',
	'list.done': 'La liste a été traitée',
	'list.failed': 'Ce qui est fait reste. Renvoyez la liste pour faire le reste.',
	'list.ignored': { one: 'Colonne non lue : {names}', other: 'Colonnes non lues : {names}' },
	'list.joins': 'entre dans {names}',
	'list.known':
		'Ceux qui sont déjà à l’école sont reconnus par le matricule, le nom d’utilisateur ou le nom, et ne sont pas ajoutés deux fois.',
	'list.leaves': 'quitte {names}',
	'list.left': {
		one: '{count} ligne a été laissée telle quelle',
		other: '{count} lignes ont été laissées telles quelles',
	},
	'list.left.class_gone': 'La classe a été supprimée, ou une autre porte son nom maintenant.',
	'list.left.class_not_yours': 'La classe est maintenant celle d’autres enseignants.',
	'list.left.number_taken': 'Quelqu’un d’autre a maintenant ce matricule.',
	'list.left.person_changed': 'Quelqu’un d’autre a modifié ou ajouté cette personne entre-temps.',
	'list.left.person_gone': 'Cette personne a été retirée entre-temps.',
	'list.left.person_not_yours':
		'Vous ne pouvez pas modifier cette personne, ou c’est le dernier administrateur.',
	'list.left.username_taken': 'Quelqu’un d’autre a maintenant ce nom d’utilisateur.',
	'list.left.waiting': 'Cette personne a demandé un compte et attend une approbation.',
	'list.left_text':
		'Quelqu’un a changé quelque chose après l’affichage de la liste. Regardez ces personnes, puis renvoyez la liste si nécessaire.',
	'list.line': 'Ligne {line}',
	'list.more': 'Afficher plus',
	'list.next_cards':
		'Les élèves n’ont pas encore de chiffres ni de badge : ouvrez une classe et imprimez ses cartes.',
	'list.next_staff': 'Donnez un mot de passe aux nouveaux enseignants sur la page de l’école.',
	'list.nothing': 'Il n’y a rien à faire.',
	'list.open': 'Depuis une liste',
	'list.opens': 'ouvre le compte',
	'list.out': 'Enregistrer tout le monde dans une liste',
	'list.out_register': 'En registre OneRoster',
	'list.out_table': 'En tableau (CSV)',
	'list.out_text':
		'À garder, à modifier dans un tableur puis à renvoyer, ou pour un autre système.',
	'list.reading': 'Lecture de la liste',
	'list.rows': 'Lignes de la liste',
	'list.rows.changed': 'Modifiées ({count})',
	'list.rows.new': 'Nouvelles ({count})',
	'list.rows.same': 'Inchangées ({count})',
	'list.rows.wrong': 'À corriger ({count})',
	'list.running': 'La liste est en cours',
	'list.running_text': 'Vous pouvez quitter cette page. Le travail continue tout seul.',
	'list.start': {
		one: 'Le faire pour {count} personne',
		other: 'Le faire pour {count} personnes',
	},
	'list.steps': '{done} sur {total}',
	'list.text':
		'Ajouter et corriger beaucoup de personnes à la fois. Vous voyez ce qui va se passer avant que rien ne soit fait.',
	'list.title': 'Personnes depuis une liste',
	'list.types':
		'Un tableau enregistré en CSV depuis Excel, LibreOffice ou Google Sheets, ou une archive OneRoster.',
	'list.wrong_left': {
		one: '{count} ligne contient une erreur et n’est pas prise. Corrigez-la dans votre fichier et renvoyez-le.',
		other:
			'{count} lignes contiennent une erreur et ne sont pas prises. Corrigez-les dans votre fichier et renvoyez-le.',
	},
	'list.who': 'Afficher leurs noms',
	'list.why.active_unknown': '« {text} » n’est ni oui ni non.',
	'list.why.ambiguous':
		'Plusieurs personnes s’appellent {text}. Ajoutez une colonne « Matricule » ou « Nom d’utilisateur » pour les distinguer.',
	'list.why.class_not_yours': '{text} est la classe d’autres enseignants.',
	'list.why.class_wrong': 'Une classe ne peut pas s’appeler « {text} ».',
	'list.why.language_unknown':
		'La boîte ne parle pas « {text} ». Elle connaît le kinyarwanda, l’anglais, le français et le swahili.',
	'list.why.name_missing': 'Le nom manque.',
	'list.why.name_wrong':
		'« {text} » est trop long pour un nom, ou contient des signes qu’on ne trouve pas dans un nom.',
	'list.why.number_wrong':
		'« {text} » est trop long pour un matricule, ou contient des signes qu’on n’y trouve pas.',
	'list.why.person_not_yours': 'Seul un administrateur peut ajouter ou modifier cette personne.',
	'list.why.role_differs':
		'Cette personne a un autre rôle que « {text} ». Changez les rôles sur la page de l’école.',
	'list.why.role_unknown':
		'« {text} » n’est pas un rôle. Écrivez élève, enseignant ou administrateur.',
	'list.why.twice':
		'La même personne est déjà à la ligne {text}. Si ce sont deux personnes, donnez-leur des matricules.',
	'list.why.too_many_classes': 'Il y a trop de classes : 20 par ligne, 500 nouvelles par liste.',
	'list.why.username_taken': 'Quelqu’un d’autre a le nom d’utilisateur {text}.',
	'list.why.username_wrong':
		'« {text} » n’est pas un nom d’utilisateur : seulement des lettres, chiffres, points, tirets et soulignés.',
	'list.why.waiting':
		'Cette personne a demandé un compte et attend. Acceptez-le ou refusez-le d’abord sur la page de l’école.',
};
