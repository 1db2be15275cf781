//! Rebuilds the binary when the built web app changes, and makes its folder
//! when Node.js never ran, so that `cargo build` needs no web tools. The
//! embedding macro alone does not notice files that are new.

fn main() -> std::io::Result<()> {
    std::fs::create_dir_all("web/build")?;
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=web/build");
    Ok(())
}
