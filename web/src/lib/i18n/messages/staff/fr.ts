/** What only teachers and administrators read: kept answers and keys. */

import type { StaffMessages } from '../../types';

export const staff: StaffMessages = {
	'answers.again.text':
		'Une leçon dont elle vient a changé. Les élèves ne reçoivent plus cette réponse tant que vous ne l’approuvez pas de nouveau.',
	'answers.again.title': 'À revoir',
	'answers.again_count': {
		one: '{count} réponse approuvée est à revoir.',
		other: '{count} réponses approuvées sont à revoir.',
	},
	'answers.approve': 'Approuver',
	'answers.approve_again': 'Approuver de nouveau',
	'answers.approved': 'Approuvée. Les élèves qui posent cette question reçoivent cette réponse.',
	'answers.approved_by': 'Approuvée par {name}, {when}',
	'answers.correct': 'Corriger',
	'answers.corrected_by': 'Corrigée par {name}, {when}',
	'answers.delete': 'Supprimer',
	'answers.deleted': 'Supprimée. Le tuteur montre la leçon à la place.',
	'answers.empty.approved.text':
		'Approuvez une réponse : chaque élève qui pose la même question la reçoit aussitôt.',
	'answers.empty.approved.title': 'Rien d’approuvé pour l’instant',
	'answers.empty.class.text':
		'Quand les élèves posent des questions, les réponses de vos tuteurs apparaissent ici.',
	'answers.empty.class.title': 'Aucune réponse à vérifier',
	'answers.empty.rejected.text':
		'Ce que vous supprimez reste ici, au cas où vous le voudriez de nouveau.',
	'answers.empty.rejected.title': 'Rien de supprimé',
	'answers.loading': 'Recherche des réponses',
	'answers.missing': 'Écrivez une réponse.',
	'answers.more': 'En voir plus',
	'answers.none_fit': 'Aucune réponse ne contient ces mots',
	'answers.restore': 'Rétablir',
	'answers.restored': 'La réponse est de retour.',
	'answers.save': 'Enregistrer et approuver',
	'answers.search': 'Chercher dans les questions et les réponses',
	'answers.show': 'Quelles réponses',
	'answers.somebody': 'une personne partie',
	'answers.sort': 'Ordre',
	'answers.sort.newest': 'Les plus récentes d’abord',
	'answers.sort.used': 'Les plus demandées d’abord',
	'answers.sources': 'D’après les leçons',
	'answers.tab.approved': 'Approuvées',
	'answers.tab.class': 'À vérifier',
	'answers.tab.rejected': 'Supprimées',
	'answers.text':
		'Ce que vos tuteurs ont dit aux élèves. Approuvez ce qui est bon, corrigez ce qui est faux, supprimez ce qui est mauvais.',
	'answers.used': { one: 'Redonnée {count} fois', other: 'Redonnée {count} fois' },
	'answers.your_words': 'La réponse dans vos mots',
	'keys.actions': 'Actions pour {name}',
	'keys.add': 'Créer une clé',
	'keys.batch': 'En dernier dans la file',
	'keys.batch_hint': 'Ses réponses viennent après celles de tous les autres.',
	'keys.chat_hint': 'Interroger le modèle de langue et les tuteurs.',
	'keys.embeddings_hint':
		'Changer des textes en nombres, pour la recherche dans d’autres programmes.',
	'keys.made': 'Copiez la clé maintenant. Elle ne sera plus montrée.',
	'keys.name': 'À quoi sert-elle ?',
	'keys.name_missing': 'Écrivez à quoi sert la clé.',
	'keys.never_used': 'jamais utilisée',
	'keys.none': 'Aucun programme n’a encore de clé.',
	'keys.rate': 'Demandes par minute',
	'keys.rate_wrong': 'Écrivez un nombre de 1 à 10000.',
	'keys.revoke': 'Révoquer',
	'keys.revoke_text':
		'Les programmes qui ont cette clé s’arrêtent aussitôt. On ne peut pas revenir en arrière.',
	'keys.revoke_title': 'Révoquer « {name} » ?',
	'keys.revoked': '« {name} » n’ouvre plus rien.',
	'keys.scope.chat': 'Conversations',
	'keys.scope.embeddings': 'Nombres de recherche',
	'keys.scope_missing': 'Choisissez-en au moins un.',
	'keys.scopes': 'Ce qu’elle permet',
	'keys.secret': 'La clé',
	'keys.text':
		'Avec une clé, d’autres programmes utilisent les modèles et les tuteurs de cette école.',
	'keys.title': 'Clés pour les programmes',
	'keys.used': 'utilisée {when}',
};
