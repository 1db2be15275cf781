//! The register: which learners have a consent, page by page and as a table.

use super::{ConsentFilter, ConsentMissingRule, Consents, Learner, noted, store, table};
use crate::accounts::Actor;
use crate::audit;
use crate::error::Result;
use crate::types::ClassId;

/// Learners shown at once.
const PAGE: usize = 100;

/// Which learners of the register, and from where.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) class: Option<ClassId>,
    pub(crate) filter: Option<ConsentFilter>,
    pub(crate) name: String,
    pub(crate) from: usize,
}

/// A part of the register.
#[derive(Debug)]
pub(crate) struct Register {
    pub(crate) rule: ConsentMissingRule,
    /// How many learners each filter finds.
    pub(crate) counts: Vec<(ConsentFilter, usize)>,
    /// How many there are in all.
    pub(crate) total: usize,
    pub(crate) learners: Vec<Learner>,
    pub(crate) next: Option<usize>,
}

impl Consents {
    /// A page of the register, by name.
    ///
    /// # Errors
    /// `not_found` for a class that is not there, `forbidden` for one of other teachers.
    pub(crate) async fn register(&self, actor: &Actor, wanted: Wanted) -> Result<Register> {
        let actor = *actor;
        let read = move |conn: &_| {
            let all = store::learners(conn, &actor, wanted.class)?;
            let count = |filter: ConsentFilter| {
                let found = all.iter().filter(|learner| learner.fits(filter));
                (filter, found.count())
            };
            let counts = ConsentFilter::ALL.iter().copied().map(count).collect();
            let total = all.len();
            let name = wanted.name.trim().to_lowercase();
            let fits = |learner: &Learner| {
                wanted.filter.is_none_or(|filter| learner.fits(filter))
                    && learner.name.to_lowercase().contains(&name)
            };
            let mut found = all.into_iter().filter(fits).skip(wanted.from).peekable();
            let mut learners: Vec<Learner> = found.by_ref().take(PAGE).collect();
            store::name_classes(conn, actor.org, &mut learners)?;
            Ok(Register {
                rule: store::rule(conn, actor.org)?,
                counts,
                total,
                next: found.peek().map(|_| wanted.from.saturating_add(PAGE)),
                learners,
            })
        };
        self.app.db.core.read(read).await
    }

    /// All of the register a person may see, as a table; the log says that it was saved.
    pub(crate) async fn export(&self, actor: &Actor) -> Result<Vec<u8>> {
        let (actor, now) = (*actor, self.app.clock.now());
        let write = move |conn: &_| {
            let mut learners = store::learners(conn, &actor, None)?;
            store::name_classes(conn, actor.org, &mut learners)?;
            audit::record(conn, actor, noted::exported(learners.len()), now)?;
            Ok(learners)
        };
        table::write(self.app.db.core.write(write).await?)
    }
}
