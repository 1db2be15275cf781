-- Codes of a phone, which staff may type after the password.
CREATE TABLE totp (
    org_id    TEXT NOT NULL,
    user_id   TEXT NOT NULL,
    -- What the secret is made of, together with a key that is not in this file.
    nonce     TEXT NOT NULL,
    -- None until a first code was right.
    on_since  INTEGER,
    -- The half minute of the last code that was right: it and those before count no more.
    last_step INTEGER NOT NULL DEFAULT 0,
    -- Wrong codes in a row.
    tries     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Codes for the day the phone is lost; each counts once and goes.
CREATE TABLE totp_recovery (
    org_id  TEXT NOT NULL,
    user_id TEXT NOT NULL,
    mac     BLOB NOT NULL CHECK (length(mac) = 32),
    PRIMARY KEY (org_id, user_id, mac),
    FOREIGN KEY (org_id, user_id) REFERENCES totp (org_id, user_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Browsers that are not asked for a code for a while. A device that is forgotten, as
-- with a new password, is trusted no more.
CREATE TABLE totp_trusted (
    org_id  TEXT NOT NULL,
    user_id TEXT NOT NULL,
    device  BLOB NOT NULL,
    browser TEXT NOT NULL,
    until   INTEGER NOT NULL,
    PRIMARY KEY (org_id, user_id, device),
    FOREIGN KEY (org_id, user_id) REFERENCES totp (org_id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (org_id, user_id, device)
        REFERENCES devices (org_id, user_id, device) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Whether using the card also turns the codes off: so do those of the terminal, because
-- whoever sits there owns the box anyway.
ALTER TABLE recovery_cards ADD COLUMN lifts_totp INTEGER NOT NULL DEFAULT 0;
