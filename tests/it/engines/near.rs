//! Which questions count as one, with the real embedding model in four
//! languages. The figures are in `src/answers/question.rs`.

use bwenge::answers::{LEAST_SIMILARITY, Question};
use bwenge::inference::protocol::EmbedPurpose;

use super::embed::{E5, dot, embed, start};

/// Ask the same; the last five are told apart all the same, which costs no
/// more than an answer.
const SAME: [(&str, &str); 16] = [
    ("What is photosynthesis?", "what is photosynthesis"),
    ("What is photosynthesis?", "What's photosynthesis?"),
    (
        "What do plants need for photosynthesis?",
        "What does a plant need for photosynthesis?",
    ),
    ("Why are leaves green?", "Why are the leaves green?"),
    (
        "Why are leaves green?",
        "Can you tell me why leaves are green?",
    ),
    (
        "Pourquoi faut-il mâcher lentement ?",
        "Pourquoi est-ce qu'il faut mâcher lentement ?",
    ),
    ("Malariya yandura ite?", "Ni gute malariya yandura?"),
    (
        "Umubu utera malariya ukunda kuruma ryari?",
        "Ni ryari umubu utera malariya ukunda kuruma?",
    ),
    (
        "Magonjwa gani huenezwa na maji machafu?",
        "Ni magonjwa gani huenezwa na maji machafu?",
    ),
    (
        "Kunawa mikono ni muhimu lini?",
        "Lini kunawa mikono ni muhimu?",
    ),
    ("What does the stomach do?", "What do stomachs do?"),
    ("What is photosynthesis?", "Explain photosynthesis please"),
    ("Où commence la digestion ?", "La digestion commence où ?"),
    ("Ibicu bikorwa n'iki?", "Ibicu bikorwa niki"),
    ("Qu'est-ce que l'estomac fait ?", "Que fait l'estomac ?"),
    (
        "Kwa nini kunawa mikono ni muhimu?",
        "Kwanini ni muhimu kunawa mikono?",
    ),
];
const TOLD_APART: usize = 5;

/// Ask something else, in nearly the same words.
const OTHER: [(&str, &str); 28] = [
    ("What is photosynthesis?", "What is respiration?"),
    ("What is photosynthesis?", "What is chlorophyll?"),
    ("What is chlorophyll?", "What are stomata?"),
    ("Why are leaves green?", "Why are leaves flat?"),
    ("Why are leaves green?", "When are leaves green?"),
    ("Why are leaves green?", "Which leaves are green?"),
    ("Why are leaves green?", "Why are leaves not green?"),
    (
        "What gas do leaves give off?",
        "What gas do leaves take in?",
    ),
    (
        "Why are lamps connected in parallel?",
        "Why are lamps connected in series?",
    ),
    (
        "How does a series circuit work?",
        "How does a parallel circuit work?",
    ),
    ("What is conduction?", "What is a conductor?"),
    (
        "What do plants need for photosynthesis?",
        "What do plants produce in photosynthesis?",
    ),
    ("Who was the king in 1895?", "Who was the king in 1931?"),
    ("What does the stomach do?", "What does the liver do?"),
    (
        "Does water boil at 100 degrees?",
        "Does water freeze at 100 degrees?",
    ),
    (
        "Is the sun bigger than the earth?",
        "Is the earth bigger than the sun?",
    ),
    ("À quoi servent les villosités ?", "À quoi sert l'estomac ?"),
    (
        "Où commence la digestion ?",
        "Quand commence la digestion ?",
    ),
    ("Où commence la digestion ?", "Où finit la digestion ?"),
    (
        "Qu'est-ce que l'estomac fait ?",
        "Qu'est-ce que le foie fait ?",
    ),
    ("Malariya yandura ite?", "Malariya ivurwa ite?"),
    ("Malariya yandura ite?", "Malariya ni iki?"),
    ("Ibicu bikorwa n'iki?", "Imvura ikorwa n'iki?"),
    ("Amazi ahinduka umwuka ate?", "Umwuka uhinduka amazi ute?"),
    (
        "Umubu utera malariya ukunda kuruma ryari?",
        "Umubu utera malariya ukunda kuruma he?",
    ),
    (
        "Kwa nini kunawa mikono ni muhimu?",
        "Kwa nini kunywa maji safi ni muhimu?",
    ),
    (
        "Magonjwa gani huenezwa na maji machafu?",
        "Magonjwa gani huenezwa na mbu?",
    ),
    (
        "Kunawa mikono ni muhimu lini?",
        "Kunawa mikono ni muhimu wapi?",
    ),
];

#[test]
fn only_questions_that_ask_the_same_count_as_one() {
    let mut worker = start(E5);
    let mut near = |(one, two): &(&str, &str)| {
        let vectors = embed(&mut worker, EmbedPurpose::Query, &[one, two]);
        let similarity = f64::from(dot(&vectors[0], &vectors[1]));
        let sense = |text| Question::new(text).unwrap().sense;
        let same = sense(one) == sense(two);
        println!("{similarity:.4} {same} {one} | {two}");
        (similarity, same && similarity >= LEAST_SIMILARITY)
    };
    let others: Vec<_> = OTHER.iter().map(&mut near).collect();
    for (pair, (_, near)) in OTHER.iter().zip(&others) {
        assert!(!near, "{pair:?} count as one");
    }
    // Which is the reason for comparing words: vectors alone would take most.
    let alike = others
        .iter()
        .filter(|(s, _)| *s >= LEAST_SIMILARITY)
        .count();
    assert!(alike >= 8, "only {alike} pairs mislead the vectors");
    let missed: Vec<_> = SAME.iter().filter(|pair| !near(pair).1).collect();
    assert!(missed.len() <= TOLD_APART, "{missed:?} do not count as one");
}
