//! What the tutor says in its own name when no model may: the refusals, in the
//! pupil's language. They are part of the stored answer, unlike the words
//! around it, which the web app translates.

use crate::types::Language;

/// Said when the lessons do not answer a question.
pub fn not_in_lessons(language: Language) -> &'static str {
    match language {
        Language::Kinyarwanda => {
            "Nta gisubizo cy'iki kibazo nabonye mu masomo yawe. Reba ibice biri hano byegereye ikibazo, \
             cyangwa ubaze umwarimu wawe."
        }
        Language::English => {
            "I did not find an answer to this in your lessons. Look at the nearest passages, or ask your teacher."
        }
        Language::French => {
            "Je n'ai pas trouvé de réponse à cette question dans tes leçons. Regarde les passages les plus \
             proches ou demande à ton enseignant."
        }
        Language::Swahili => {
            "Sikupata jibu la swali hili katika masomo yako. Angalia vifungu vilivyo karibu, au muulize \
             mwalimu wako."
        }
    }
}
