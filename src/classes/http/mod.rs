//! `/api/v1/classes`: classes over HTTP.

mod cards;
mod entering;
mod trash;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::{Changes, Class, Classes, Member, may_change};
use crate::accounts::{Actor, Auth, Role, Staff};
use crate::error::Result;
use crate::http::extract::{Json, Path, present};
use crate::types::{ClassId, TermId, Timestamp, UserId};

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Classes> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(list_classes, add_class))
        .routes(utoipa_axum::routes!(show_class, change_class, remove_class))
        .routes(utoipa_axum::routes!(change_members))
        .merge(entering::routes())
        .merge(cards::routes())
        .merge(trash::routes())
}

impl Classes {
    /// The routes with these classes.
    pub fn router(self) -> OpenApiRouter {
        routes().with_state(self)
    }
}

/// A class.
#[derive(Serialize, ToSchema)]
#[schema(as = Class)]
pub(super) struct ClassBody {
    id: ClassId,
    name: String,
    /// The year or term it belongs to.
    term_id: Option<TermId>,
    /// Whether it is over.
    archived: bool,
    /// What pupils type to find it, for those who may open it.
    code: Option<String>,
    /// Whether whoever has the code sees the names now.
    open: bool,
    /// Until when.
    open_until: Timestamp,
    /// Learners in it who may sign in.
    learners: u32,
    /// Staff in it who may sign in.
    teachers: u32,
    /// Whether one is a member oneself.
    mine: bool,
    created_at: Timestamp,
}

impl Classes {
    /// A class as a person sees it: only those who may open it learn its code.
    fn body(&self, actor: &Actor, class: Class) -> ClassBody {
        let shows = may_change(actor, &class).is_ok();
        ClassBody {
            id: class.id,
            open: class.is_open(self.app.clock.now()),
            name: class.name,
            term_id: class.term,
            archived: class.archived_at.is_some(),
            code: class.code.filter(|_| shows),
            open_until: class.open_until,
            learners: class.learners,
            teachers: class.teachers,
            mine: class.mine,
            created_at: class.created_at,
        }
    }

    fn with_members(
        &self,
        actor: &Actor,
        (class, members): (Class, Vec<Member>),
    ) -> ClassWithMembers {
        let member = |member: Member| ClassMember {
            id: member.id,
            name: member.name,
            username: member.username,
            role: member.role,
            active: member.active,
        };
        ClassWithMembers {
            class: self.body(actor, class),
            members: members.into_iter().map(member).collect(),
        }
    }
}

#[derive(Serialize, ToSchema)]
struct ClassList {
    /// By name; those that are over come last.
    classes: Vec<ClassBody>,
}

/// Somebody in a class.
#[derive(Serialize, ToSchema)]
struct ClassMember {
    id: UserId,
    name: String,
    /// The name the person signs in with.
    username: String,
    role: Role,
    /// Whether the person may sign in.
    active: bool,
}

/// A class with its people.
#[derive(Serialize, ToSchema)]
struct ClassWithMembers {
    class: ClassBody,
    /// By name.
    members: Vec<ClassMember>,
}

/// A class to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "P5 A"}))]
struct NewClass {
    /// 1 to 80 characters, one of a kind among the classes that are not over.
    #[schema(example = "P5 A")]
    name: String,
    /// The year or term it belongs to.
    term_id: Option<TermId>,
}

/// Changes to a class; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "P5 B"}))]
struct ClassPatch {
    name: Option<String>,
    /// The year or term it belongs to; `null` for none.
    #[serde(default, deserialize_with = "present")]
    term_id: Option<Option<TermId>>,
    /// Whether it is over.
    archived: Option<bool>,
}

/// Who comes into a class and who leaves it; 500 people at most.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"add": ["01900000-0000-7000-8000-000000000000"], "remove": []}))]
struct MembersPatch {
    #[serde(default)]
    add: Vec<UserId>,
    #[serde(default)]
    remove: Vec<UserId>,
}

/// The classes of the school for its staff; learners see their own.
#[utoipa::path(get, path = "/classes", tag = "classes", responses((status = 200, body = ClassList)))]
async fn list_classes(
    State(classes): State<Classes>,
    Auth(actor): Auth,
) -> Result<Json<ClassList>> {
    let found = classes.list(&actor).await?.into_iter();
    Ok(Json(ClassList {
        classes: found.map(|class| classes.body(&actor, class)).collect(),
    }))
}

/// Makes a class; a teacher who makes one teaches it.
#[utoipa::path(post, path = "/classes", tag = "classes", request_body = NewClass,
    responses(
        (status = 201, body = ClassBody),
        (status = 409, description = "The name is taken"),
    ))]
async fn add_class(
    State(classes): State<Classes>,
    Staff(actor): Staff,
    Json(body): Json<NewClass>,
) -> Result<(StatusCode, Json<ClassBody>)> {
    let class = classes.create(&actor, &body.name, body.term_id).await?;
    Ok((StatusCode::CREATED, Json(classes.body(&actor, class))))
}

/// A class with its people.
#[utoipa::path(get, path = "/classes/{id}", tag = "classes", params(("id" = ClassId, Path)),
    responses((status = 200, body = ClassWithMembers)))]
async fn show_class(
    State(classes): State<Classes>,
    Staff(actor): Staff,
    Path(id): Path<ClassId>,
) -> Result<Json<ClassWithMembers>> {
    let found = classes.get(&actor, id).await?;
    Ok(Json(classes.with_members(&actor, found)))
}

/// Renames a class, ends it or takes it up again, or puts it into a term.
#[utoipa::path(patch, path = "/classes/{id}", tag = "classes", params(("id" = ClassId, Path)),
    request_body = ClassPatch, responses(
        (status = 200, body = ClassBody),
        (status = 409, description = "The name is taken"),
    ))]
async fn change_class(
    State(classes): State<Classes>,
    Staff(actor): Staff,
    Path(id): Path<ClassId>,
    Json(body): Json<ClassPatch>,
) -> Result<Json<ClassBody>> {
    let changes = Changes {
        name: body.name,
        term: body.term_id,
        archived: body.archived,
    };
    let class = classes.change(&actor, id, changes).await?;
    Ok(Json(classes.body(&actor, class)))
}

/// Moves a class to the trash for 30 days; its people keep their accounts.
#[utoipa::path(delete, path = "/classes/{id}", tag = "classes", params(("id" = ClassId, Path)),
    responses((status = 204, description = "In the trash")))]
async fn remove_class(
    State(classes): State<Classes>,
    Staff(actor): Staff,
    Path(id): Path<ClassId>,
) -> Result<StatusCode> {
    classes.trash(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds people to a class and takes others out; all of it or nothing.
#[utoipa::path(patch, path = "/classes/{id}/members", tag = "classes",
    params(("id" = ClassId, Path)), request_body = MembersPatch,
    responses((status = 200, body = ClassWithMembers)))]
async fn change_members(
    State(classes): State<Classes>,
    Staff(actor): Staff,
    Path(id): Path<ClassId>,
    Json(body): Json<MembersPatch>,
) -> Result<Json<ClassWithMembers>> {
    let changed = classes
        .change_members(&actor, id, body.add, body.remove)
        .await?;
    Ok(Json(classes.with_members(&actor, changed)))
}
