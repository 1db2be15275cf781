//! The routes of invitations, and of accepting one.

mod joining;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::invitation::{USUAL_DAYS, Wish};
use super::{Invitation, Invites, Newcomer, Offer};
use crate::accounts::{Browser, Me, Origin, Role, Staff, refused, with_cookies};
use crate::config::Secret;
use crate::error::{Error, Result};
use crate::http::{Json, Path};
use crate::types::{ClassId, InvitationId, Language, OrgId, Timestamp};

/// The routes, still without their state.
pub fn routes() -> OpenApiRouter<Invites> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(invite))
        .routes(utoipa_axum::routes!(list_invitations))
        .routes(utoipa_axum::routes!(revoke_invitation))
        .routes(utoipa_axum::routes!(show_invitation))
        .routes(utoipa_axum::routes!(register))
        .merge(joining::routes())
}

impl Invites {
    /// The routes with these invitations.
    pub fn router(self) -> OpenApiRouter {
        routes().with_state(self)
    }
}

/// An invitation to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "learner", "uses": 40, "origin": "http://192.168.1.5:8080"}))]
struct NewInvitation {
    /// What whoever accepts it becomes; teachers invite learners.
    role: Role,
    /// Who is meant, to fill in the form.
    name: Option<String>,
    /// The class whoever accepts it is put into; for teachers one of theirs.
    class_id: Option<ClassId>,
    /// Days it is open, 1 to 30; 7 unless said.
    days: Option<u32>,
    /// How many people may accept it, 1 to 500; one unless said.
    uses: Option<u32>,
    /// The beginning of the box's addresses, as phones reach it.
    #[schema(example = "http://192.168.1.5:8080")]
    origin: String,
}

/// An invitation that can be accepted.
#[derive(Serialize, ToSchema)]
#[schema(as = Invitation)]
struct InvitationBody {
    id: InvitationId,
    role: Role,
    /// Who is meant.
    name: Option<String>,
    /// The name of the class whoever accepts it is put into.
    class: Option<String>,
    uses: u32,
    /// How many accepted it.
    used: u32,
    /// The name of whoever made it.
    made_by: String,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl From<Invitation> for InvitationBody {
    fn from(invitation: Invitation) -> Self {
        Self {
            id: invitation.id,
            role: invitation.role,
            name: invitation.name,
            class: invitation.class.map(|(_, name)| name),
            uses: invitation.uses,
            used: invitation.used,
            made_by: invitation.made_by.1,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}

/// A new invitation with its code, shown this once.
#[derive(Serialize, ToSchema)]
struct MadeInvitation {
    invitation: InvitationBody,
    /// What to type where the picture can not be scanned.
    code: String,
    /// The address to open.
    link: String,
    /// The picture to scan, as an SVG path over squares of one unit.
    path: String,
    /// Squares in a row of it.
    width: usize,
}

#[derive(Serialize, ToSchema)]
struct InvitationList {
    /// The last made first.
    invitations: Vec<InvitationBody>,
}

/// The code of an invitation or of a school.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "K7MP2AXW"}))]
struct InvitationCode {
    /// As it was scanned or typed.
    #[schema(value_type = String, format = Password)]
    code: Secret<String>,
}

/// What somebody is invited to.
#[derive(Serialize, ToSchema)]
#[schema(as = Offer)]
struct OfferBody {
    school: String,
    /// What one becomes.
    role: Role,
    /// The name of the class one is put into.
    class: Option<String>,
    /// Who is meant.
    name: Option<String>,
    /// Whether a teacher has to approve the account first.
    waits: bool,
}

impl From<Offer> for OfferBody {
    fn from(offer: Offer) -> Self {
        Self {
            school: offer.school,
            role: offer.role,
            class: offer.class,
            name: offer.name,
            waits: offer.waits,
        }
    }
}

/// Somebody who accepts an invitation or asks for an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "K7MP2AXW", "name": "A learner", "username": "learner.1",
    "password": "amazi meza", "language": "rw"}))]
struct Registration {
    /// The code, as it was scanned or typed.
    #[schema(value_type = String, format = Password)]
    code: Secret<String>,
    /// 1 to 80 characters.
    name: String,
    /// Letters, digits and `. _ -`, up to 40.
    username: String,
    /// Staff at least 12 characters, learners 8.
    #[schema(value_type = String, format = Password, min_length = 8)]
    password: Secret<String>,
    /// The language of the interface.
    language: Language,
}

/// Invites people to the school: administrators anybody, teachers learners.
#[utoipa::path(post, path = "/orgs/{id}/invite", tag = "orgs", params(("id" = OrgId, Path)),
    request_body = NewInvitation, responses(
        (status = 201, body = MadeInvitation),
        (status = 409, description = "The class is over"),
    ))]
async fn invite(
    State(invites): State<Invites>,
    Staff(actor): Staff,
    Path(id): Path<OrgId>,
    Json(body): Json<NewInvitation>,
) -> Result<(StatusCode, Json<MadeInvitation>)> {
    // Other schools do not exist, as far as a school's people can tell.
    if id != actor.org {
        return Err(Error::not_found("school"));
    }
    let origin = Origin::read(&body.origin)?;
    let wish = Wish {
        role: body.role,
        name: body.name,
        class: body.class_id,
        days: body.days.unwrap_or(USUAL_DAYS),
        uses: body.uses.unwrap_or(1),
    };
    let (invitation, code) = invites.invite(&actor, wish).await?;
    let scan = origin.scan("/signin/invite", &code)?;
    let made = MadeInvitation {
        invitation: invitation.into(),
        code,
        link: scan.link,
        path: scan.path,
        width: scan.width,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// The invitations that can be accepted: for administrators all of the school, for
/// teachers their own.
#[utoipa::path(get, path = "/invitations", tag = "orgs",
    responses((status = 200, body = InvitationList)))]
async fn list_invitations(
    State(invites): State<Invites>,
    Staff(actor): Staff,
) -> Result<Json<InvitationList>> {
    let found = invites.list(&actor).await?.into_iter();
    Ok(Json(InvitationList {
        invitations: found.map(InvitationBody::from).collect(),
    }))
}

/// Takes an invitation back; who accepted it stays.
#[utoipa::path(delete, path = "/invitations/{id}", tag = "orgs",
    params(("id" = InvitationId, Path)), responses((status = 204, description = "Revoked")))]
async fn revoke_invitation(
    State(invites): State<Invites>,
    Staff(actor): Staff,
    Path(id): Path<InvitationId>,
) -> Result<StatusCode> {
    invites.revoke(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a code opens, for whoever has it.
#[utoipa::path(post, path = "/auth/invite", tag = "auth", security(()),
    request_body = InvitationCode, responses((status = 200, body = OfferBody)))]
async fn show_invitation(
    State(invites): State<Invites>,
    browser: Browser,
    Json(body): Json<InvitationCode>,
) -> Response {
    match invites.offer(body.code.expose(), &browser).await {
        Ok(offer) => Json(OfferBody::from(offer)).into_response(),
        Err(error) => refused(error, &browser),
    }
}

/// Makes the account that a code opens: with an invitation its person is signed in, with
/// the code of a school it waits for a teacher.
#[utoipa::path(post, path = "/auth/register", tag = "auth", security(()),
    request_body = Registration,
    responses(
        (status = 201, body = Me, description = "Cookies are set"),
        (status = 202, description = "The account waits for a teacher"),
        (status = 409, description = "The user name is taken"),
    ))]
async fn register(
    State(invites): State<Invites>,
    browser: Browser,
    Json(body): Json<Registration>,
) -> Response {
    let new = Newcomer {
        name: body.name,
        username: body.username,
        password: body.password,
        language: body.language,
    };
    let accepted = invites.accept(body.code.expose(), new, browser.clone());
    match accepted.await {
        Ok(Some(signed_in)) => (StatusCode::CREATED, with_cookies(signed_in)).into_response(),
        Ok(None) => StatusCode::ACCEPTED.into_response(),
        Err(error) => refused(error, &browser),
    }
}
