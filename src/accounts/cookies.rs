//! The cookies of a browser. Scripts can not read them; other sites can not
//! send them with writes. Not `Secure`, because phones reach the box over
//! plain HTTP.

use super::sessions::IDLE_MS;
use super::signin::Tokens;
use super::tokens::{ACCESS_S, Device};
use crate::http::openapi::ACCESS_COOKIE;

/// The name of the cookie with the refresh token.
pub(super) const REFRESH: &str = "bw_refresh";
/// The name of the cookie that names the browser.
pub(super) const DEVICE: &str = "bw_device";

/// The refresh token goes only where it is used.
const REFRESH_PATH: &str = "/api/v1/auth";
const DEVICE_PATH: &str = "/api/v1";
/// A school year and the holidays after it.
const DEVICE_S: i64 = 400 * 24 * 3600;

/// A `Set-Cookie` header.
type SetCookie = (&'static str, String);

/// All three cookies, after signing in.
pub(super) fn signed_in(tokens: &Tokens, device: Device) -> Vec<SetCookie> {
    let mut cookies = refreshed(tokens);
    cookies.push(self::device(device));
    cookies
}

/// Both tokens.
pub(super) fn refreshed(tokens: &Tokens) -> Vec<SetCookie> {
    vec![
        set(ACCESS_COOKIE, &tokens.access, "/", ACCESS_S),
        set(REFRESH, &tokens.refresh, REFRESH_PATH, IDLE_MS / 1000),
    ]
}

/// The name of the browser alone, after a try that failed.
pub(super) fn device(device: Device) -> SetCookie {
    set(DEVICE, &device.cookie(), DEVICE_PATH, DEVICE_S)
}

/// Removes both tokens; the browser stays known.
pub(super) fn signed_out() -> Vec<SetCookie> {
    vec![
        set(ACCESS_COOKIE, "", "/", 0),
        set(REFRESH, "", REFRESH_PATH, 0),
    ]
}

// Tokens are base64url, dots and hexadecimal: nothing a header would need quoted.
fn set(name: &str, value: &str, path: &str, max_age_s: i64) -> SetCookie {
    let attributes = format!("Path={path}; Max-Age={max_age_s}; HttpOnly; SameSite=Lax");
    ("set-cookie", format!("{name}={value}; {attributes}"))
}
