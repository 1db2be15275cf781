//! What a signed-in client carries: a short access token and a refresh token.
//!
//! Both are signed with one random key that never leaves the data folder, and
//! lie outside core.db so that no backup holds it. Losing it signs everybody
//! out, nothing more. Times are compared with the box's own clock: the JWT
//! library would read the machine's, which may say 1970.

use std::path::Path;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, crypto};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::keyfile;
use crate::error::Result;
use crate::types::{OrgId, SessionId, Timestamp};

/// How long an access token is good for, in seconds.
pub const ACCESS_S: i64 = 15 * 60;

/// A token from further in the future was made under a wrong clock.
const LEEWAY_S: i64 = 60;

/// The one algorithm; a token that names another is refused.
const ALGORITHM: Algorithm = Algorithm::HS256;
const ISSUER: &str = "bwenge";
const ACCESS: &str = "access";
const KEY_FILE: &str = "session.key";

/// Makes and checks tokens of one box.
pub(super) struct Keys {
    sign: EncodingKey,
    check: DecodingKey,
    rules: Validation,
    box_id: String,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    typ: String,
    jti: String,
    sid: SessionId,
    org: OrgId,
    iat: i64,
    exp: i64,
}

/// What a refresh token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refresh {
    pub(super) session: SessionId,
    pub(super) generation: u32,
}

impl Keys {
    /// Reads the key below `data_dir`, making one at the first start.
    pub(super) fn open(data_dir: &Path, box_id: String) -> Result<Self> {
        let loss = "delete it to sign everybody out";
        let secret = keyfile::open(&data_dir.join(KEY_FILE), loss)?;
        Ok(Self::new(&secret, box_id))
    }

    fn new(secret: &[u8; 32], box_id: String) -> Self {
        let mut rules = Validation::new(ALGORITHM);
        rules.validate_exp = false;
        rules.validate_nbf = false;
        rules.set_required_spec_claims(&["exp", "iss", "aud"]);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[&box_id]);
        Self {
            sign: EncodingKey::from_secret(secret),
            check: DecodingKey::from_secret(secret),
            rules,
            box_id,
        }
    }

    /// An access token of `session`, good for [`ACCESS_S`] from `now`.
    pub(super) fn access(&self, session: SessionId, org: OrgId, now: Timestamp) -> Result<String> {
        let iat = now.0.div_euclid(1000);
        let claims = Claims {
            iss: ISSUER.into(),
            aud: self.box_id.clone(),
            typ: ACCESS.into(),
            jti: uuid::Uuid::new_v4().to_string(),
            sid: session,
            org,
            iat,
            exp: iat + ACCESS_S,
        };
        Ok(jsonwebtoken::encode(
            &Header::new(ALGORITHM),
            &claims,
            &self.sign,
        )?)
    }

    /// The session of a token that is ours and of its time.
    pub(super) fn session_of(&self, token: &str, now: Timestamp) -> Option<SessionId> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.check, &self.rules)
            .ok()?
            .claims;
        let now = now.0.div_euclid(1000);
        let of_its_time = claims.iat <= now + LEEWAY_S && now < claims.exp;
        (claims.typ == ACCESS && of_its_time).then_some(claims.sid)
    }

    /// The refresh token of one generation; always the same, so that an
    /// answer lost on the way can be given again.
    pub(super) fn refresh(&self, token: Refresh) -> Result<String> {
        let text = signed_text(token);
        let mac = crypto::sign(text.as_bytes(), &self.sign, ALGORITHM)?;
        Ok(format!("{}.{}.{mac}", token.session, token.generation))
    }

    /// Reads a refresh token of ours.
    pub(super) fn read_refresh(&self, token: &str) -> Option<Refresh> {
        let mut parts = token.splitn(3, '.');
        let read = Refresh {
            session: parts.next()?.parse().ok()?,
            generation: parts.next()?.parse().ok()?,
        };
        let text = signed_text(read);
        let fits = crypto::verify(parts.next()?, text.as_bytes(), &self.check, ALGORITHM);
        fits.unwrap_or(false).then_some(read)
    }
}

/// A space never occurs in what a JWT signs, so no token can pass for another.
fn signed_text(token: Refresh) -> String {
    format!("refresh {} {}", token.session, token.generation)
}

/// The name a browser is known by: random, kept in a cookie, stored hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Device(uuid::Uuid);

impl Device {
    pub(super) fn new() -> Self {
        Self(uuid::Uuid::new_v4())
    }

    /// Reads a cookie; anything else than one of ours is a new device.
    pub(super) fn parse(cookie: &str) -> Option<Self> {
        cookie.parse().ok().map(Self)
    }

    pub(super) fn cookie(self) -> String {
        self.0.to_string()
    }

    pub(super) fn id(self) -> uuid::Uuid {
        self.0
    }

    pub(super) fn hash(self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    fn keys(byte: u8, box_id: &str) -> Keys {
        Keys::new(&[byte; 32], box_id.into())
    }

    #[test]
    fn an_access_token_is_good_for_its_time_and_box() {
        let (keys, session) = (keys(1, "here"), SessionId::new());
        let token = keys.access(session, OrgId::new(), NOW).unwrap();
        let check = |keys: &Keys, after_s: i64, expected: bool| {
            let found = keys.session_of(&token, NOW.plus_ms(after_s * 1000));
            assert_eq!(found, expected.then_some(session), "{after_s} s");
        };
        check(&keys, 0, true);
        check(&keys, ACCESS_S - 1, true);
        check(&keys, ACCESS_S, false);
        check(&keys, -LEEWAY_S, true);
        check(&keys, -LEEWAY_S - 1, false);
        check(&self::keys(2, "here"), 0, false);
        check(&self::keys(1, "elsewhere"), 0, false);
    }

    #[test]
    fn the_year_of_the_machine_does_not_matter() {
        let keys = keys(1, "here");
        for now in [Timestamp(0), Timestamp(4_000_000_000_000)] {
            let token = keys.access(SessionId::new(), OrgId::new(), now).unwrap();
            assert!(keys.session_of(&token, now).is_some(), "{now:?}");
        }
    }

    #[test]
    fn other_algorithms_types_and_edits_are_refused() {
        let keys = keys(1, "here");
        let iat = NOW.0 / 1000;
        let claims = |typ: &str| Claims {
            iss: ISSUER.into(),
            aud: "here".into(),
            typ: typ.into(),
            jti: "x".into(),
            sid: SessionId::new(),
            org: OrgId::new(),
            iat,
            exp: iat + 60,
        };
        let encode = |algorithm, typ| {
            jsonwebtoken::encode(&Header::new(algorithm), &claims(typ), &keys.sign).unwrap()
        };
        assert!(
            keys.session_of(&encode(Algorithm::HS256, ACCESS), NOW)
                .is_some()
        );
        assert!(
            keys.session_of(&encode(Algorithm::HS512, ACCESS), NOW)
                .is_none()
        );
        assert!(
            keys.session_of(&encode(Algorithm::HS256, "other"), NOW)
                .is_none()
        );
        // {"alg":"none"} and no signature.
        let body = encode(Algorithm::HS256, ACCESS);
        let body = body.split('.').nth(1).unwrap();
        assert!(
            keys.session_of(&format!("eyJhbGciOiJub25lIn0.{body}."), NOW)
                .is_none()
        );
    }

    #[test]
    fn a_refresh_token_can_be_made_again_but_not_made_up() {
        let keys = keys(1, "here");
        let token = Refresh {
            session: SessionId::new(),
            generation: 7,
        };
        let text = keys.refresh(token).unwrap();
        assert_eq!(text, keys.refresh(token).unwrap());
        assert_eq!(keys.read_refresh(&text), Some(token));
        let next = text.replacen(".7.", ".8.", 1);
        for bad in [
            &next,
            "",
            "..",
            &text[..text.len() - 2],
            &format!("{text}x"),
        ] {
            assert_eq!(keys.read_refresh(bad), None, "{bad}");
        }
        assert_eq!(self::keys(2, "here").read_refresh(&text), None);
        let access = keys.access(token.session, OrgId::new(), NOW).unwrap();
        assert_eq!(keys.read_refresh(&access), None);
    }

    #[test]
    fn the_key_is_made_once_for_the_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let token = Refresh {
            session: SessionId::new(),
            generation: 0,
        };
        let made = Keys::open(dir.path(), "here".into()).unwrap();
        let read = Keys::open(dir.path(), "here".into()).unwrap();
        assert_eq!(made.refresh(token).unwrap(), read.refresh(token).unwrap());
        let path = dir.path().join(KEY_FILE);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(&path, "short").unwrap();
        assert!(Keys::open(dir.path(), "here".into()).is_err());
    }
}
