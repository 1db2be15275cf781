//! People who make their own accounts.

use rusqlite::Connection;

use crate::error::Result;
use crate::types::UserId;

/// What else is written together with a new account, given its id.
pub type Also = Box<dyn FnOnce(&Connection, UserId) -> Result<()> + Send>;
