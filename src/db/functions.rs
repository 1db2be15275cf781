//! Functions of ours that SQL may call.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::error::Result;
use crate::text;

/// Adds `sounds(text)`: the words of a text as they sound, and `plain(text)`: a text
/// without case and accents. NULL for NULL.
pub(super) fn register(conn: &Connection) -> Result<()> {
    // Innocuous: triggers may call it though schemas are not trusted.
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function("sounds", 1, flags, |call| {
        let text: Option<String> = call.get(0)?;
        Ok(text.map(|text| text::sounds(&text)))
    })?;
    conn.create_scalar_function("plain", 1, flags, |call| {
        let text: Option<String> = call.get(0)?;
        Ok(text.map(|text| text::plain(&text)))
    })?;
    Ok(())
}
