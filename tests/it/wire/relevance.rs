//! Which questions the lessons answer, decided by the real embedding model on
//! the sample school: answers come from the lesson, the rest is refused.

use serde_json::{Value, json};

use crate::engines::models_dir;
use crate::support::chat::Socket;
use crate::support::door::{Door, setup};
use crate::support::server::Server;

const ANSWERED: [&str; 16] = [
    "What do plants need for photosynthesis?",
    "Why are leaves green?",
    "What gas do leaves give off?",
    "How do I calculate current with Ohm's law?",
    "Why are lamps connected in parallel?",
    "Pourquoi faut-il mâcher lentement ?",
    "À quoi servent les villosités ?",
    "Qu'est-ce que l'estomac fait ?",
    "Où commence la digestion ?",
    "Ibicu bikorwa n'iki?",
    "Umubu utera malariya ukunda kuruma ryari?",
    "Malariya yandura ite?",
    "Amazi ahinduka umwuka ate?",
    "Ninawezaje kusafisha maji nyumbani?",
    "Kwa nini kunawa mikono ni muhimu?",
    "Magonjwa gani huenezwa na maji machafu?",
];

const REFUSED: [&str; 17] = [
    "Who is the president of France?",
    "How do I bake a chocolate cake?",
    "Who won the world cup in 2018?",
    "What is the capital of Japan?",
    "How does a car engine work?",
    "Tell me a joke",
    "What is the best phone to buy?",
    "Explain quantum entanglement",
    "Qui a peint la Joconde ?",
    "Comment jouer aux échecs ?",
    "Quelle est la capitale du Brésil ?",
    "Ninde watsinze igikombe cy'isi?",
    "Inzu yubakwa ite?",
    "Umujyi mukuru wa Kenya ni uwuhe?",
    "Nani aliandika Biblia?",
    "Mji mkuu wa Ujerumani ni upi?",
    "Jinsi ya kucheza gitaa?",
];

/// One wrong decision of each kind is allowed: the model is small, and the
/// last bits of its vectors depend on the processor.
#[tokio::test(flavor = "multi_thread")]
async fn the_lessons_decide_what_is_answered_in_four_languages() {
    let data = tempfile::tempdir().unwrap();
    let only = data.path().join("models");
    std::fs::create_dir(&only).unwrap();
    let embedder = "multilingual-e5-small-q4";
    std::os::unix::fs::symlink(models_dir().join(embedder), only.join(embedder)).unwrap();
    let server = Server::start(&data.path().join("box"), &only, &[]).await;
    let mut admin = server.anon();
    let mut body = setup("admin");
    body["sample"] = json!(true);
    admin.keep(&server.post("/setup", &admin, body).await.expect(201));
    let ready = |body: &Value| {
        let lessons = body["lessons"].as_array().unwrap();
        lessons.len() == 6 && lessons.iter().all(|lesson| lesson["status"] == "ready")
    };
    server.until(&admin, "/knowledge", ready).await;
    let tutor = server.tutor(&admin, json!({"language": "auto"})).await;
    let mut socket = Socket::open(&server, &admin).await;

    for (questions, wanted) in [(&ANSWERED[..], "quoted"), (&REFUSED[..], "refused")] {
        let mut wrong = Vec::new();
        for question in questions {
            let (_, told) = socket.answer(&tutor, question).await;
            if told.message["status"] != wanted {
                wrong.push((question, told.message["status"].clone()));
            }
        }
        assert!(wrong.len() <= 1, "not {wanted}: {wrong:?}");
    }
}
