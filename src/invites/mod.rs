//! People who make their own accounts: by an invitation, or with the code of their
//! school.
//!
//! An invitation says what whoever has its code becomes, and in which class; staff give
//! it to the people they know. A school may also have one code for all its learners; an
//! account that is asked for with that waits until a teacher has approved it. Whoever
//! has a code learns the school and the role before anything is filled in, and every
//! code that does not work is answered alike.

mod http;
mod invitation;
mod joining;
mod store;

pub use http::routes;
pub(crate) use store::allow_joining;

use sha2::{Digest, Sha256};

use crate::accounts::{Accounts, Browser, NewPerson, Role, SignedIn, code_closed, typed_code};
use crate::config::Secret;
use crate::error::Result;
use crate::state::App;
use crate::types::{ClassId, InvitationId, Language, OrgId, Timestamp, UserId};

/// An invitation that can be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The school it is for.
    pub org: OrgId,
    /// What whoever accepts it becomes.
    pub role: Role,
    /// Who is meant.
    pub name: Option<String>,
    /// The class whoever accepts it is put into, and its name.
    pub class: Option<(ClassId, String)>,
    /// How many people may accept it.
    pub uses: u32,
    /// How many did.
    pub used: u32,
    /// Who made it, and that person's name.
    pub made_by: (UserId, String),
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// What a code opens.
#[derive(Debug)]
enum Opened {
    Invitation(Invitation),
    /// A school whose learners may ask for an account.
    School(OrgId),
}

/// What somebody is invited to, before saying yes.
#[derive(Debug)]
pub struct Offer {
    /// The school's name.
    pub school: String,
    /// What one becomes.
    pub role: Role,
    /// The name of the class one is put into.
    pub class: Option<String>,
    /// Who is meant.
    pub name: Option<String>,
    /// Whether a teacher has to approve the account first.
    pub waits: bool,
}

/// What somebody who has a code chose.
pub(crate) struct Newcomer {
    pub(crate) name: String,
    pub(crate) username: String,
    pub(crate) password: Secret<String>,
    pub(crate) language: Language,
}

/// The invitations of a box. Cheap to clone.
#[derive(Clone)]
pub struct Invites {
    app: App,
    accounts: Accounts,
}

impl Invites {
    /// The invitations in the app's database.
    pub fn new(app: App, accounts: Accounts) -> Self {
        Self { app, accounts }
    }

    /// What a code opens, for whoever has it.
    ///
    /// # Errors
    /// `code_closed`, `too_many_tries`.
    pub(crate) async fn offer(&self, typed: &str, browser: &Browser) -> Result<Offer> {
        let opened = self.open(typed, browser).await?;
        let org = match &opened {
            Opened::Invitation(invitation) => invitation.org,
            Opened::School(org) => *org,
        };
        let school = self.accounts.school(org).await?.name;
        Ok(match opened {
            Opened::Invitation(invitation) => Offer {
                school,
                role: invitation.role,
                class: invitation.class.map(|(_, name)| name),
                name: invitation.name,
                waits: false,
            },
            Opened::School(_) => Offer {
                school,
                role: Role::Learner,
                class: None,
                name: None,
                waits: true,
            },
        })
    }

    /// Makes the account that a code opens and signs its person in; none when it waits for
    /// a teacher.
    ///
    /// # Errors
    /// `code_closed`, `too_many_tries`, and those of a new account.
    pub(crate) async fn accept(
        &self,
        typed: &str,
        new: Newcomer,
        browser: Browser,
    ) -> Result<Option<SignedIn>> {
        let opened = self.open(typed, &browser).await?;
        let role = match &opened {
            Opened::Invitation(invitation) => invitation.role,
            Opened::School(_) => Role::Learner,
        };
        let new = NewPerson {
            name: new.name,
            username: new.username,
            password: new.password,
            role,
            language: new.language,
        };
        let (code, now) = (typed_code(typed), self.app.clock.now());
        match opened {
            Opened::Invitation(invitation) => {
                let org = invitation.org;
                // Hashing took a while: somebody else may have had the last use.
                let take = move |conn: &_, user| store::take(conn, &code, user, now);
                let arrived = self.accounts.arrive(org, new, browser, Box::new(take));
                Ok(Some(arrived.await?))
            }
            Opened::School(org) => {
                let still = move |conn: &_, _| match store::joined(conn, &code)? {
                    Some(found) if found == org => Ok(()),
                    _ => Err(code_closed()),
                };
                self.accounts.ask_to_join(org, new, Box::new(still)).await?;
                Ok(None)
            }
        }
    }

    async fn open(&self, typed: &str, browser: &Browser) -> Result<Opened> {
        let (code, now) = (typed_code(typed), self.app.clock.now());
        let typed = code.clone();
        let look = async {
            let find = move |conn: &_| {
                if let Some(found) = store::standing(conn, hash(&code), now)? {
                    return Ok(Some(Opened::Invitation(found)));
                }
                Ok(store::joined(conn, &code)?.map(Opened::School))
            };
            let found = self.app.db.core.read(find).await?;
            found.ok_or_else(code_closed)
        };
        self.accounts.try_code(browser, &typed, look).await
    }
}

fn hash(code: &str) -> [u8; 32] {
    Sha256::digest(code).into()
}
