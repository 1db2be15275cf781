/** Codes of a phone for staff, and the time they are judged by. */

import type { CodesMessages } from '../../types';

export const codes: CodesMessages = {
	'clock.known': 'Quelqu’un s’en porte garant : un serveur de temps ou un administrateur.',
	'clock.known_now': 'La boîte connaît l’heure maintenant.',
	'clock.now': 'La boîte compte avec {when}.',
	'clock.open': 'Vers la page de la boîte',
	'clock.refused':
		'L’horloge de cet appareil retarde sur la boîte, ou avance de beaucoup. La boîte ne fait qu’avancer. Vérifiez cet appareil.',
	'clock.stand_by': 'Il est {when}, comme sur cet appareil',
	'clock.title': 'Heure',
	'clock.unknown':
		'Personne ne se porte garant de cette heure depuis le démarrage de la boîte. Les codes des téléphones ne comptent pas jusque-là.',
	'codes.back': 'Retaper le mot de passe',
	'codes.begin': 'Continuer',
	'codes.code': 'Code',
	'codes.code_hint': 'Six chiffres, ou l’un de vos codes de secours.',
	'codes.code_missing': 'Tapez le code.',
	'codes.distrust': 'Redemander un code partout',
	'codes.distrusted': 'Un code est de nouveau demandé partout.',
	'codes.first': 'Code sur le téléphone',
	'codes.is_on': 'Activé',
	'codes.left': {
		one: 'Il reste {count} code de secours.',
		other: 'Il reste {count} codes de secours.',
	},
	'codes.lift': 'Désactiver les codes de connexion',
	'codes.lift_text':
		'Seulement pour une personne que vous voyez et qui a perdu le téléphone et les codes de secours. Le mot de passe seul suffit ensuite.',
	'codes.lift_title': 'Désactiver les codes de {name} ?',
	'codes.lifted': '{name} se connecte maintenant sans code.',
	'codes.locked':
		'Il y a eu trop de codes faux. Tapez l’un de vos codes de secours, ou demandez à un administrateur.',
	'codes.lost': 'Ni téléphone ni code de secours ? Un administrateur peut désactiver vos codes.',
	'codes.off_now': 'Les codes sont désactivés.',
	'codes.off_text': 'Le mot de passe seul suffit ensuite.',
	'codes.open': 'Codes de connexion',
	'codes.or_type': 'Ou tapez ceci dans l’application :',
	'codes.picture': 'Code à scanner avec l’application',
	'codes.recovery_code': 'Code de secours',
	'codes.renew': 'Nouveaux codes de secours',
	'codes.renew_text': 'Les précédents ne valent plus.',
	'codes.scan': 'Scannez l’image avec une application de codes de connexion sur votre téléphone.',
	'codes.secret': 'À taper dans l’application',
	'codes.sheet': 'Codes de secours',
	'codes.sheet_done': 'Je les ai gardés',
	'codes.sheet_once': 'Ils ne sont montrés que maintenant. Imprimez-les ou notez-les.',
	'codes.sheet_text':
		'Chacun connecte {username} une fois, après le mot de passe, sans le téléphone ou quand la boîte ne connaît pas l’heure.',
	'codes.since': 'depuis le {when}',
	'codes.step_recovery': 'Le mot de passe est bon. Tapez l’un de vos codes de secours.',
	'codes.step_text': 'Le mot de passe est bon. Tapez le code que montre votre téléphone.',
	'codes.step_title': 'Encore une étape',
	'codes.text':
		'Après le mot de passe, un code que montre votre téléphone. Qui apprend votre mot de passe n’entre pas pour autant.',
	'codes.then_type': 'Tapez ensuite les six chiffres qu’elle montre.',
	'codes.time_unknown':
		'La boîte ne connaît pas l’heure et ne peut pas juger les codes des téléphones. Les codes de secours marchent. Un administrateur peut donner l’heure à la boîte.',
	'codes.title': 'Codes de connexion',
	'codes.trust': 'Ne pas demander de code sur cet appareil pendant 30 jours',
	'codes.trust_hint': 'Seulement sur un appareil à vous.',
	'codes.trusted': 'Appareils qui ne demandent pas de code',
	'codes.trusted_until': 'jusqu’au {when}',
	'codes.trusted_where':
		'Les appareils qui ne demandent pas de code sont listés là où vous êtes connecté.',
	'codes.turn_off': 'Désactiver les codes',
	'codes.turn_on': 'Activer les codes',
	'error.code_wrong': 'Ce code n’est pas bon, ou il a déjà servi. Attendez le suivant.',
	'error.codes_off':
		'Les codes des téléphones ne comptent pas pour le moment. Tapez l’un de vos codes de secours.',
	'error.sign_in_over': 'Cela a pris trop de temps. Retapez votre mot de passe.',
};
