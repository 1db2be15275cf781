//! `/api/v1/answers`: kept answers, for teachers.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::review::{self, Filter, Sort};
use super::{Answers, Kept, Standing};
use crate::accounts::{Actor, Staff};
use crate::error::{Error, Result};
use crate::http::extract::{Json, Path, Query};
use crate::lessons::{Lessons, PassageBody, Readable};
use crate::types::{AnswerId, Language, PersonaId, Timestamp, UserId};

/// What the routes need.
#[derive(Clone)]
pub struct Review {
    answers: Answers,
    lessons: Lessons,
}

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Review> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(list_answers))
        .routes(utoipa_axum::routes!(
            get_answer,
            correct_answer,
            delete_answer
        ))
        .routes(utoipa_axum::routes!(approve_answer))
        .routes(utoipa_axum::routes!(restore_answer))
}

impl Answers {
    /// The routes with these answers and the lessons they rest on.
    pub fn router(self, lessons: Lessons) -> OpenApiRouter {
        let answers = self;
        routes().with_state(Review { answers, lessons })
    }
}

/// An answer kept for those who ask the same.
#[derive(Serialize, ToSchema)]
#[schema(as = KeptAnswer)]
struct AnswerBody {
    id: AnswerId,
    persona_id: PersonaId,
    language: Language,
    standing: Standing,
    /// As it was asked first.
    question: String,
    text: String,
    /// Whether the words are a teacher's.
    corrected: bool,
    /// How often it was given again.
    uses: u32,
    /// Whether a lesson it rests on changed since it was approved; it is not
    /// given until it is approved again.
    look_again: bool,
    /// What it was made from.
    passages: Vec<PassageBody>,
    /// Who approved or corrected it.
    decided_by: Option<UserId>,
    decided_at: Option<Timestamp>,
    created_at: Timestamp,
}

impl AnswerBody {
    /// The answer, as somebody sees it who may read these lessons.
    fn new(mut kept: Kept, readable: &[Readable]) -> Self {
        let look_again = review::changed(&kept, readable);
        for passage in &mut kept.asked.passages {
            if !readable.iter().any(|lesson| lesson.id == passage.lesson_id) {
                passage.withhold();
            }
        }
        Self {
            id: kept.id,
            persona_id: kept.asked.persona,
            language: kept.asked.language,
            standing: kept.standing,
            question: kept.asked.question.text,
            text: kept.text,
            corrected: kept.corrected,
            uses: kept.uses,
            look_again,
            passages: kept.asked.passages,
            decided_by: kept.decided.map(|(by, _)| by),
            decided_at: kept.decided.map(|(_, at)| at),
            created_at: kept.created_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = KeptAnswerList)]
struct AnswerList {
    answers: Vec<AnswerBody>,
    /// How many there are in all.
    total: usize,
    /// How many approved answers need another look.
    look_again: usize,
}

#[derive(Deserialize, IntoParams)]
struct ListQuery {
    /// `class` (nobody decided yet) unless said, or `approved`.
    standing: Option<Standing>,
    /// Words of question or answer, up to 200 characters.
    q: Option<String>,
    /// `used` unless said, or `newest`.
    #[param(inline)]
    sort: Option<Sort>,
    /// How many to leave out.
    offset: Option<usize>,
    /// How many to list, 1 to 100; 20 unless said.
    limit: Option<usize>,
}

/// Answers of the school's tutors, those given most often or newest first.
#[utoipa::path(get, path = "/answers", tag = "answers", params(ListQuery),
    responses((status = 200, body = AnswerList)))]
async fn list_answers(
    State(review): State<Review>,
    Staff(actor): Staff,
    Query(query): Query<ListQuery>,
) -> Result<Json<AnswerList>> {
    let search = query.q.unwrap_or_default();
    if search.chars().count() > 200 {
        return Err(Error::invalid("q", "Search for at most 200 characters."));
    }
    let filter = Filter {
        standing: query.standing.unwrap_or(Standing::Class),
        search,
        sort: query.sort.unwrap_or(Sort::Used),
        offset: query.offset.unwrap_or(0),
        limit: query.limit.unwrap_or(20),
    };
    let readable = review.lessons.readable(&actor, None).await?;
    let page = review.answers.list(&actor, filter, &readable).await?;
    let body = |kept| AnswerBody::new(kept, &readable);
    Ok(Json(AnswerList {
        answers: page.answers.into_iter().map(body).collect(),
        total: page.total,
        look_again: page.to_look_at,
    }))
}

/// One answer.
#[utoipa::path(get, path = "/answers/{id}", tag = "answers", params(("id" = AnswerId, Path)),
    responses((status = 200, body = AnswerBody)))]
async fn get_answer(
    State(review): State<Review>,
    Staff(actor): Staff,
    Path(id): Path<AnswerId>,
) -> Result<Json<AnswerBody>> {
    let readable = review.lessons.readable(&actor, None).await?;
    let kept = review.answers.get(&actor, id).await?;
    Ok(Json(AnswerBody::new(kept, &readable)))
}

/// A teacher's own words for an answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AnswerCorrection, example = json!({"text": "Leaves need light, water and air."}))]
struct Correction {
    /// 1 to 2000 characters.
    text: String,
}

/// Replaces the words of an answer and approves it.
#[utoipa::path(put, path = "/answers/{id}", tag = "answers", params(("id" = AnswerId, Path)),
    request_body = Correction, responses(
        (status = 200, body = AnswerBody),
        (status = 409, description = "It was deleted, or its lessons do not bear on it now"),
    ))]
async fn correct_answer(
    State(review): State<Review>,
    Staff(actor): Staff,
    Path(id): Path<AnswerId>,
    Json(correction): Json<Correction>,
) -> Result<Json<AnswerBody>> {
    review.approve(&actor, id, Some(correction.text)).await
}

/// Approves an answer as it is, or again after a lesson changed.
#[utoipa::path(post, path = "/answers/{id}/approve", tag = "answers", params(("id" = AnswerId, Path)),
    responses(
        (status = 200, body = AnswerBody),
        (status = 409, description = "It was deleted, or its lessons do not bear on it now"),
    ))]
async fn approve_answer(
    State(review): State<Review>,
    Staff(actor): Staff,
    Path(id): Path<AnswerId>,
) -> Result<Json<AnswerBody>> {
    review.approve(&actor, id, None).await
}

impl Review {
    async fn approve(
        &self,
        actor: &Actor,
        id: AnswerId,
        words: Option<String>,
    ) -> Result<Json<AnswerBody>> {
        let kept = self
            .answers
            .approve(actor, id, words, &self.lessons)
            .await?;
        let readable = self.lessons.readable(actor, None).await?;
        Ok(Json(AnswerBody::new(kept, &readable)))
    }
}

/// Deletes an answer; the tutor quotes the lesson instead of saying it again.
#[utoipa::path(delete, path = "/answers/{id}", tag = "answers", params(("id" = AnswerId, Path)),
    responses((status = 204)))]
async fn delete_answer(
    State(review): State<Review>,
    Staff(actor): Staff,
    Path(id): Path<AnswerId>,
) -> Result<StatusCode> {
    review.answers.reject(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a deletion back.
#[utoipa::path(post, path = "/answers/{id}/restore", tag = "answers", params(("id" = AnswerId, Path)),
    responses(
        (status = 200, body = AnswerBody),
        (status = 409, description = "It is not deleted"),
    ))]
async fn restore_answer(
    State(review): State<Review>,
    Staff(actor): Staff,
    Path(id): Path<AnswerId>,
) -> Result<Json<AnswerBody>> {
    let kept = review.answers.restore(&actor, id).await?;
    let readable = review.lessons.readable(&actor, None).await?;
    Ok(Json(AnswerBody::new(kept, &readable)))
}
