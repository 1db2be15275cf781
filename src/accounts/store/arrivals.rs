//! People who make their own accounts.

use rusqlite::Connection;

use crate::accounts::{Actor, Line, Org};
use crate::error::Result;
use crate::types::{Timestamp, UserId};

/// What else is written together with a new account, given its id.
pub type Also = Box<dyn FnOnce(&Connection, UserId) -> Result<()> + Send>;

/// Gives a new school the chosen lines of the preset of its kind, in the transaction that
/// makes it; from a module that comes after accounts.
pub type Furnish = fn(&Connection, &Org, &[Line], &Actor, Timestamp) -> Result<Vec<Line>>;
