//! `/api/v1/knowledge/uploads`: files sent piece by piece, so that a lost
//! connection, a reload or a power cut costs only the last moments. The tus
//! protocol 1.0.0; any of its clients will do.

use axum::body::Body;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;

use super::{LessonBody, tus};
use crate::accounts::Staff;
use crate::error::{Code, Error, Result};
use crate::http::Problem;
use crate::http::extract::{Json, Path};
use crate::inference::document::Format;
use crate::lessons::incoming::Naming;
use crate::lessons::library::Lessons;
use crate::lessons::uploads::{ALGORITHMS, Announced, Checksum, Piece, Standing, Upload};
use crate::types::UploadId;

/// The lesson that was made of an upload.
const LESSON: HeaderName = HeaderName::from_static("bwenge-lesson");
/// The lesson of the same bytes that the school has already.
const SAME_AS: HeaderName = HeaderName::from_static("bwenge-same-as");

pub fn routes() -> OpenApiRouter<Lessons> {
    OpenApiRouter::new()
        .routes(utoipa_axum::routes!(upload_options, start_upload))
        .routes(utoipa_axum::routes!(
            upload_state,
            send_piece,
            discard_upload
        ))
        .layer(map_response(resumable))
        .routes(utoipa_axum::routes!(keep_upload))
}

/// Every answer names the version, and one about the version all there are.
async fn resumable(mut response: Response) -> Response {
    let version = HeaderValue::from_static(tus::VERSION);
    if response.status() == StatusCode::PRECONDITION_FAILED {
        let headers = response.headers_mut();
        headers.insert(tus::VERSIONS, version.clone());
    }
    response.headers_mut().insert(tus::RESUMABLE, version);
    response
}

/// What of the tus protocol is spoken, in the headers of the answer.
#[utoipa::path(options, path = "/knowledge/uploads", tag = "knowledge",
    responses((status = 204, headers(
        ("Tus-Version" = String), ("Tus-Extension" = String),
        ("Tus-Max-Size" = u64, description = "Bytes of the largest file of any kind"),
        ("Tus-Checksum-Algorithm" = String),
    ))))]
async fn upload_options(_staff: Staff) -> impl IntoResponse {
    let largest = Format::ALL.iter().map(|format| format.max_bytes()).max();
    let headers = [
        (tus::VERSIONS, HeaderValue::from_static(tus::VERSION)),
        (tus::EXTENSION, HeaderValue::from_static(tus::EXTENSIONS)),
        (tus::MAX_SIZE, largest.unwrap_or_default().into()),
        (tus::CHECKSUMS, HeaderValue::from_static(ALGORITHMS)),
    ];
    (StatusCode::NO_CONTENT, headers)
}

/// Announces a file; its address is in `Location`. `Upload-Metadata` holds
/// `filename` and, as wished, `title`, `subject`, `language` and `shared`. The
/// first bytes may come along, as in `PATCH`.
#[utoipa::path(post, path = "/knowledge/uploads", tag = "knowledge",
    params(
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Length" = u64, Header, description = "Bytes of the file"),
        ("Upload-Metadata" = String, Header, description = "Keys with texts in base64"),
    ),
    responses(
        (status = 201, description = "Send the bytes to the address in `Location`.", headers(
            ("Location" = String), ("Upload-Offset" = u64), ("Upload-Expires" = String),
        )),
        (status = 412, description = "Another version of the protocol"),
        (status = 413, description = "Too large for its kind"),
        (status = 415, description = "Files of this kind can not become lessons"),
        (status = 507, description = "The disk is full, or the quota used up"),
    ))]
async fn start_upload(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    speaking(&headers)?;
    let announced = announced(&headers)?;
    // Refused before the file has a row, not after.
    let piece = match tus::is_piece(&headers) {
        true => Some(piece(&headers, 0, body)?),
        false => None,
    };
    let mut upload = lessons.start_upload(&actor, announced).await?;
    let mut standing = Standing::Underway;
    if let Some(piece) = piece {
        match lessons.receive(&actor, upload.id, piece).await {
            Ok(received) => (upload, standing) = received,
            Err(error) => {
                // Its sender was not told the address and can not go on with it.
                // What can not be discarded, or is gone already, expires.
                if let Err(error) = lessons.discard_upload(&actor, upload.id).await {
                    tracing::debug!(%error, "upload.not_discarded");
                }
                return Err(error.into());
            }
        }
    }
    let place = format!("{}/{}", uri.path().trim_end_matches('/'), upload.id);
    let place = HeaderValue::try_from(place).map_err(Error::from)?;
    let mut answer = (StatusCode::CREATED, state_of(&upload, standing)).into_response();
    answer.headers_mut().insert(header::LOCATION, place);
    Ok(answer)
}

/// How many bytes of an upload are safe. A request that is sending some is
/// called off: its sender asks because the connection was lost.
#[utoipa::path(head, path = "/knowledge/uploads/{id}", tag = "knowledge",
    params(
        ("id" = String, Path, format = Uuid),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
    ),
    responses(
        (status = 200, headers(
        ("Upload-Offset" = u64), ("Upload-Length" = u64), ("Upload-Metadata" = String),
        ("Upload-Expires" = String),
        ("Bwenge-Lesson" = String, description = "The lesson that was made of it"),
        ("Bwenge-Same-As" = String, description = "The lesson of the same bytes that is there"),
    )),
        (status = 412, description = "Another version of the protocol"),
    ))]
async fn upload_state(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    speaking(&headers)?;
    let (upload, standing) = lessons.upload_standing(&actor, id).await?;
    let mut state = state_of(&upload, standing);
    state.insert(tus::LENGTH, upload.bytes.into());
    if let Ok(metadata) = HeaderValue::try_from(&upload.metadata) {
        state.insert(tus::METADATA, metadata);
    }
    state.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok((StatusCode::OK, state).into_response())
}

/// Sends the next bytes. With the last ones the file becomes a lesson, named
/// in `Bwenge-Lesson`; when the school has the same file already, that lesson
/// is named in `Bwenge-Same-As` and nothing is added.
#[utoipa::path(patch, path = "/knowledge/uploads/{id}", tag = "knowledge",
    params(
        ("id" = String, Path, format = Uuid),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
        ("Upload-Offset" = u64, Header, description = "Where the bytes belong"),
        ("Upload-Checksum" = Option<String>, Header,
            description = "`sha256` or `sha1` and the digest of these bytes in base64"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, headers(
            ("Upload-Offset" = u64), ("Upload-Expires" = String),
            ("Bwenge-Lesson" = String, description = "The lesson that was made of it"),
            ("Bwenge-Same-As" = String, description = "The lesson of the same bytes that is there"),
        )),
        (status = 409, description = "The bytes belong elsewhere; ask with HEAD."),
        (status = 423, description = "Another request is sending this upload."),
        (status = 460, description = "The bytes are not what the checksum says; send them again."),
        (status = 412, description = "Another version of the protocol"),
        (status = 415, description = "The body is of another type"),
        (status = 507, description = "The disk is full, or the quota used up"),
    ))]
async fn send_piece(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    speaking(&headers)?;
    if !tus::is_piece(&headers) {
        let error = Error::new(Code::BadRequest, format!("Send bytes as {}.", tus::PIECE));
        return Err(Problem::from(error).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let offset = tus::count(&headers, &tus::OFFSET)?;
    let offset = offset.ok_or_else(|| tus::malformed(&tus::OFFSET))?;
    let piece = piece(&headers, offset, body)?;
    let (upload, standing) = lessons.receive(&actor, id, piece).await?;
    Ok((StatusCode::NO_CONTENT, state_of(&upload, standing)).into_response())
}

/// Gives an upload up. A lesson that was made of it stays.
#[utoipa::path(delete, path = "/knowledge/uploads/{id}", tag = "knowledge",
    params(
        ("id" = String, Path, format = Uuid),
        ("Tus-Resumable" = String, Header, description = "1.0.0"),
    ),
    responses(
        (status = 204),
        (status = 412, description = "Another version of the protocol"),
    ))]
async fn discard_upload(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    speaking(&headers)?;
    lessons.discard_upload(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a lesson of an upload although the school has the same file.
#[utoipa::path(post, path = "/knowledge/uploads/{id}/lesson", tag = "knowledge",
    params(("id" = String, Path, format = Uuid)),
    responses(
        (status = 202, body = LessonBody),
        (status = 409, description = "Some of its bytes are missing"),
        (status = 423, description = "Another request is sending it."),
        (status = 507, description = "The quota is used up"),
    ))]
async fn keep_upload(
    State(lessons): State<Lessons>,
    Staff(actor): Staff,
    Path(id): Path<UploadId>,
) -> Result<(StatusCode, Json<LessonBody>)> {
    let lesson = lessons.keep_upload(&actor, id).await?;
    Ok((StatusCode::ACCEPTED, Json(lessons.body(lesson))))
}

fn speaking(headers: &HeaderMap) -> Result<(), Problem> {
    if tus::speaks(headers) {
        return Ok(());
    }
    let detail = format!("Speak tus {} (Tus-Resumable).", tus::VERSION);
    let error = Error::new(Code::BadRequest, detail);
    Err(Problem::from(error).with_status(StatusCode::PRECONDITION_FAILED))
}

/// The file that the headers of a request announce.
fn announced(headers: &HeaderMap) -> Result<Announced> {
    let bytes = tus::count(headers, &tus::LENGTH)?;
    let bytes = bytes.ok_or_else(|| tus::malformed(&tus::LENGTH))?;
    let metadata = tus::text(headers, &tus::METADATA)?.unwrap_or_default();
    let mut naming = Naming::default();
    let mut file_name = String::new();
    for (key, text) in tus::metadata(metadata)? {
        match key {
            "filename" => file_name = text,
            key => naming.set(key, &text)?,
        }
    }
    Ok(Announced {
        file_name,
        bytes,
        naming,
        metadata: metadata.to_owned(),
    })
}

fn piece(
    headers: &HeaderMap,
    offset: u64,
    body: Body,
) -> Result<Piece<axum::body::BodyDataStream>> {
    let checksum = tus::text(headers, &tus::CHECKSUM)?;
    Ok(Piece {
        offset,
        checksum: checksum.map(Checksum::parse).transpose()?,
        // As long as what was announced, which is checked while it comes.
        body: body.into_data_stream(),
    })
}

/// What is told about an upload with every answer.
fn state_of(upload: &Upload, standing: Standing) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(tus::OFFSET, upload.received.into());
    let named = match standing {
        Standing::Underway => None,
        Standing::Added(lesson) => Some((LESSON, lesson)),
        Standing::SameAs(lesson) => Some((SAME_AS, lesson)),
    };
    if let Some((name, lesson)) = named
        && let Ok(lesson) = HeaderValue::try_from(lesson.to_string())
    {
        headers.insert(name, lesson);
    }
    if let Some(expires) = tus::date(upload.expires_at) {
        headers.insert(tus::EXPIRES, expires);
    }
    headers
}
