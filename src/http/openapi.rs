//! The frame of the OpenAPI document; features fill in their routes.
//!
//! `app.rs` starts from [`base`] and merges the features' routers, so that
//! what is served and what is documented can not drift apart.

use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, ResponseBuilder};

use super::errors::{PROBLEM_JSON, Problem};

/// The name of the cookie that carries the access token.
pub const ACCESS_COOKIE: &str = "bw_access";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Bwenge",
        description = "A school's lesson library and tutor. Errors are RFC 9457 problem documents \
                       (`Problem`); decide by their `code`. Times are Unix milliseconds.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(Problem)),
    security(("cookie" = []), ("bearer" = [])),
    tags(
        (name = "box", description = "The box itself: set-up and health"),
        (name = "auth", description = "Signing in and out"),
        (name = "users", description = "People of a school"),
        (name = "orgs", description = "Schools on this box"),
        (name = "knowledge", description = "Lessons and search"),
        (name = "personas", description = "Tutors"),
        (name = "answers", description = "Answers kept for those who ask the same"),
        (name = "chats", description = "Conversations with tutors"),
        (name = "audit", description = "What the staff did"),
        (name = "keys", description = "Programs' keys to a school's models"),
        (name = "openai", description = "Models and tutors for programs, as OpenAI's API"),
    )
)]
struct Frame;

/// The document without any route: title, errors, security, tags.
pub fn base() -> utoipa::openapi::OpenApi {
    let mut document = Frame::openapi();
    let components = document.components.get_or_insert_default();
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
        ACCESS_COOKIE,
        "Set by signing in; used by browsers together with an Origin check.",
    ));
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "From `POST /api/v1/auth/login` with `\"tokens\":\"body\"`.",
        ))
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("From `POST /api/v1/keys`."))
        .build();
    components.add_security_scheme("key", SecurityScheme::Http(key));
    document
}

/// Says of every route that its errors are [`Problem`]s; for the whole
/// document, once all routes are in.
pub fn with_problems(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let problem = Ref::from_schema_name("Problem");
    let response = ResponseBuilder::new()
        .description("A problem document")
        .content(
            PROBLEM_JSON,
            ContentBuilder::new().schema(Some(problem)).build(),
        )
        .build();
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.patch,
            &mut item.delete,
            &mut item.head,
            &mut item.options,
        ];
        for operation in operations.into_iter().flatten() {
            let responses = &mut operation.responses.responses;
            responses.insert("default".into(), response.clone().into());
        }
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_has_errors_and_both_ways_to_sign_in() {
        let document = serde_json::to_value(base()).unwrap();
        let components = &document["components"];
        assert_eq!(components["securitySchemes"]["cookie"]["name"], "bw_access");
        assert_eq!(components["securitySchemes"]["bearer"]["scheme"], "bearer");
        let problem = &components["schemas"]["Problem"]["properties"];
        assert!(
            problem["code"].is_object() && problem["retry_after_s"].is_object(),
            "{problem}"
        );
        assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    }
}
