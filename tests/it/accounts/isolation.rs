//! Two schools on one box do not see each other.

use super::*;

#[tokio::test]
async fn people_of_another_school_do_not_exist() {
    let (bx, admin) = TestBox::set_up().await;
    let other = bx.other_school(&admin).await;
    let (pupil, _) = {
        let added = bx
            .post("/users", &admin, new_user("pupil", "learner"))
            .await
            .expect(201);
        (added.id(), ())
    };
    let path = format!("/users/{pupil}");
    bx.patch(&path, &other, json!({"name": "X"}))
        .await
        .refused(404, "not_found");
    bx.patch(&path, &other, json!({"password": "taking over now"}))
        .await
        .refused(404, "not_found");
    bx.send("DELETE", &path, &other, None)
        .await
        .refused(404, "not_found");
    let users = bx.get("/users", &other).await.expect(200).body;
    assert_eq!(users["users"].as_array().unwrap().len(), 1);
    // The same user name may exist in both.
    bx.post("/users", &other, new_user("pupil", "learner"))
        .await
        .expect(201);
}

#[tokio::test]
async fn a_school_is_managed_by_its_own_and_by_the_box() {
    let (bx, admin) = TestBox::set_up().await;
    let other = bx.other_school(&admin).await;
    let first = bx.get("/auth/me", &admin).await.body["org"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let second = bx.get("/auth/me", &other).await.body["org"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = |id: &str| format!("/orgs/{id}");

    bx.get(&path(&first), &other)
        .await
        .refused(404, "not_found");
    bx.patch(&path(&first), &other, json!({"name": "X"}))
        .await
        .refused(404, "not_found");
    bx.get("/orgs", &other).await.refused(403, "forbidden");
    let renamed = bx
        .patch(&path(&second), &other, json!({"name": "New name"}))
        .await
        .expect(200);
    assert_eq!(renamed.body["name"], "New name");
    assert_eq!(renamed.body["kind"], "secondary");

    let orgs = bx.get("/orgs", &admin).await.expect(200).body;
    assert_eq!(orgs["orgs"].as_array().unwrap().len(), 2);
    bx.patch(&path(&second), &admin, json!({"language": "en"}))
        .await
        .expect(200);
    let (_, teacher) = bx.add_at(&second, &other).await;
    bx.get(&path(&second), &teacher)
        .await
        .refused(404, "not_found");
    bx.get(&path("no-id"), &admin)
        .await
        .refused(404, "not_found");
}

impl TestBox {
    /// Adds a teacher to the school `org` and signs that person in.
    async fn add_at(&self, org: &str, admin: &Browser) -> (String, Browser) {
        let added = self
            .post("/users", admin, new_user("teacher", "teacher"))
            .await
            .expect(201);
        let mut browser = Browser::phone();
        let body = json!({"username": "teacher", "password": PASSWORD, "org_id": org});
        let answer = self.post("/auth/login", &browser, body).await.expect(200);
        browser.keep(&answer);
        (added.id(), browser)
    }
}
