//! The frame of the OpenAPI document; features fill in their routes.
//!
//! `app.rs` starts from [`base`] and merges the features' routers, so that
//! what is served and what is documented can not drift apart.

use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use super::errors::{PROBLEM_JSON, Problem};
use crate::error::Code;

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

/// Says of every route which refusals it can meet and that all errors are
/// [`Problem`]s; for the whole document, once all routes are in. What only some
/// routes refuse, such as 409, stands with the route.
pub fn with_problems(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let components = document.components.get_or_insert_default();
    for status in USUAL {
        let response = problem(&described(status));
        let name = format!("Problem{status}");
        components.responses.insert(name, response.into());
    }
    for (path, item) in &mut document.paths.paths {
        let operations = [
            (&mut item.get, false),
            (&mut item.head, false),
            (&mut item.options, false),
            (&mut item.put, true),
            (&mut item.post, true),
            (&mut item.patch, true),
            (&mut item.delete, true),
        ];
        for (operation, writes) in operations {
            let Some(operation) = operation else {
                continue;
            };
            let usual = usual(path, operation, writes);
            let responses = &mut operation.responses.responses;
            for (status, response) in &mut *responses {
                if let RefOr::T(response) = response
                    && response.content.is_empty()
                    && status.starts_with(['4', '5'])
                {
                    *response = problem(&response.description);
                }
            }
            for status in usual {
                let name = format!("Problem{status}");
                let response = RefOr::Ref(Ref::from_response_name(name));
                responses.entry(status.to_string()).or_insert(response);
            }
            responses.insert("default".into(), problem("A problem document").into());
        }
    }
    document
}

/// Statuses that follow from what a route takes.
const USUAL: [u16; 8] = [400, 401, 403, 404, 413, 421, 422, 429];

/// Which of them those of a route are.
fn usual(path: &str, operation: &Operation, writes: bool) -> Vec<u16> {
    let public = vec![SecurityRequirement::default()];
    let guarded = operation.security.as_ref() != Some(&public);
    let body = operation.request_body.is_some();
    let parameters = operation.parameters.iter().flatten();
    let asks = parameters.into_iter().any(|parameter| {
        matches!(parameter, RefOr::T(parameter) if parameter.parameter_in != ParameterIn::Path)
    });
    let has = |status: &u16| match status {
        400 => body || asks,
        // OpenAI has none.
        422 => (body || asks) && !path.starts_with("/v1/"),
        401 => guarded,
        // Writes are also refused for where they come from.
        403 => guarded || writes,
        404 => path.contains('{'),
        413 => body,
        // Health is asked for by who may not be counted.
        429 => path.starts_with("/api/") || path.starts_with("/v1/"),
        _ => true,
    };
    USUAL.into_iter().filter(has).collect()
}

/// What a status means here: the codes that come with it.
fn described(status: u16) -> String {
    let codes = Code::ALL.iter().filter(|code| code.status() == status);
    let codes: Vec<String> = codes.map(|code| format!("`{}`", code.as_str())).collect();
    format!("A problem with the code {}", codes.join(" or "))
}

fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description(description)
        .content(PROBLEM_JSON, content)
        .build()
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
