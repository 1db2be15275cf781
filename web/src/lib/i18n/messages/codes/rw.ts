/** Codes of a phone for staff, and the time they are judged by. */

import type { CodesMessages } from '../../types';

export const codes: CodesMessages = {
	'clock.known': 'Hari ucyemeza: seriveri y’igihe cyangwa umuyobozi.',
	'clock.known_now': 'Agasanduku ubu kazi igihe.',
	'clock.now': 'Agasanduku kagendera kuri {when}.',
	'clock.open': 'Jya ku rupapuro rw’agasanduku',
	'clock.refused':
		'Isaha y’iki gikoresho iri inyuma y’agasanduku, cyangwa iri imbere cyane. Agasanduku kajya imbere gusa. Reba iki gikoresho.',
	'clock.stand_by': 'Ni {when}, nko kuri iki gikoresho',
	'clock.title': 'Igihe',
	'clock.unknown':
		'Kuva agasanduku katangira nta muntu uremeza iki gihe. Kode zo muri telefoni ntizemerwa kugeza cyemejwe.',
	'codes.back': 'Ongera wandike ijambo ry’ibanga',
	'codes.begin': 'Komeza',
	'codes.code': 'Kode',
	'codes.code_hint': 'Imibare itandatu, cyangwa imwe muri kode zawe z’ubutabazi.',
	'codes.code_missing': 'Andika kode.',
	'codes.distrust': 'Ongera usabe kode ahantu hose',
	'codes.distrusted': 'Kode yongeye gusabwa ahantu hose.',
	'codes.first': 'Kode iri muri telefoni',
	'codes.is_on': 'Birakora',
	'codes.left': {
		one: 'Hasigaye kode {count} y’ubutabazi.',
		other: 'Hasigaye kode {count} z’ubutabazi.',
	},
	'codes.lift': 'Hagarika kode zo kwinjira',
	'codes.lift_text':
		'Bikore gusa ku muntu ubona, watakaje telefoni na kode z’ubutabazi. Nyuma yaho ijambo ry’ibanga ryonyine rirahagije.',
	'codes.lift_title': 'Guhagarika kode za {name}?',
	'codes.lifted': '{name} ubu yinjira nta kode.',
	'codes.locked':
		'Habaye kode nyinshi zitari zo. Andika imwe muri kode zawe z’ubutabazi, cyangwa ubaze umuyobozi.',
	'codes.lost':
		'Nta telefoni nta na kode y’ubutabazi ufite? Umuyobozi ashobora guhagarika kode zawe.',
	'codes.off_now': 'Kode zahagaritswe.',
	'codes.off_text': 'Nyuma yaho ijambo ry’ibanga ryonyine rirakwinjiza.',
	'codes.open': 'Kode zo kwinjira',
	'codes.or_type': 'Cyangwa wandike ibi muri porogaramu:',
	'codes.picture': 'Kode yo gusikana na porogaramu',
	'codes.recovery_code': 'Kode y’ubutabazi',
	'codes.renew': 'Kode nshya z’ubutabazi',
	'codes.renew_text': 'Izabanje ntizongera gukora.',
	'codes.scan': 'Sikana ishusho ukoresheje porogaramu ya kode zo kwinjira iri muri telefoni yawe.',
	'codes.secret': 'Ibyo kwandika muri porogaramu',
	'codes.sheet': 'Kode z’ubutabazi',
	'codes.sheet_done': 'Nazibitse',
	'codes.sheet_once': 'Izi zigaragara ubu gusa. Zicape cyangwa uzandike.',
	'codes.sheet_text':
		'Buri imwe yinjiza {username} rimwe, nyuma y’ijambo ry’ibanga, iyo telefoni idahari cyangwa agasanduku katazi igihe.',
	'codes.since': 'kuva ku wa {when}',
	'codes.step_recovery': 'Ijambo ry’ibanga ni ryo. Andika imwe muri kode zawe z’ubutabazi.',
	'codes.step_text': 'Ijambo ry’ibanga ni ryo. Andika kode telefoni yawe yerekana.',
	'codes.step_title': 'Indi ntambwe imwe',
	'codes.text':
		'Nyuma y’ijambo ry’ibanga, kode telefoni yawe yerekana. Uwamenya ijambo ry’ibanga ryawe ntiyinjira.',
	'codes.then_type': 'Hanyuma wandike imibare itandatu yerekana.',
	'codes.time_unknown':
		'Agasanduku ntikazi igihe, ntigashobora kugenzura kode zo muri telefoni. Kode z’ubutabazi zirakora. Umuyobozi ashobora kukabwira igihe.',
	'codes.title': 'Kode zo kwinjira',
	'codes.trust': 'Ntukansabe kode kuri iki gikoresho mu minsi 30',
	'codes.trust_hint': 'Ku gikoresho cyawe bwite gusa.',
	'codes.trusted': 'Ibikoresho bidasaba kode',
	'codes.trusted_until': 'kugeza ku wa {when}',
	'codes.trusted_where': 'Ibikoresho bidasaba kode biri ku rutonde rw’aho winjiye.',
	'codes.turn_off': 'Hagarika kode',
	'codes.turn_on': 'Tangiza kode',
	'error.code_wrong': 'Iyi kode si yo, cyangwa yarakoreshejwe. Tegereza ikurikira.',
	'error.codes_off':
		'Kode zo muri telefoni ntizemerwa ubu. Andika imwe muri kode zawe z’ubutabazi.',
	'error.sign_in_over': 'Byatinze cyane. Ongera wandike ijambo ry’ibanga.',
};
