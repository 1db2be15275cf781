//! `bwenge openapi`: the API's description, as checked in.

/// Prints the document as JSON.
pub fn run() -> anyhow::Result<()> {
    println!("{}", crate::app::openapi().to_pretty_json()?);
    Ok(())
}
