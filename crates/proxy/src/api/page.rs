//! Pages of long lists: `?limit=` and the cursor of the page before. A cursor is opaque to whoever sends it.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::problem::{Answer, Failure};

/// Most rows of a page.
const MOST: i64 = 500;
/// Rows of a page that asks for no number.
const USUAL: i64 = 100;

/// The part of an address that asks for a page.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// Where the page before ended, as it said.
    pub(super) cursor: Option<String>,
    /// Most rows, 1 to 500.
    #[param(minimum = 1, maximum = 500)]
    pub(super) limit: Option<i64>,
}

/// A page that was asked for.
pub(super) struct Asked(Page);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let page = Query::<Page>::try_from_uri(&parts.uri)
            .map_err(|_e| Failure::invalid("/limit", "the limit is a number from 1 to 500"))?;
        Ok(Self(page.0))
    }
}

impl Asked {
    pub(super) fn limit(&self) -> i64 {
        self.0.limit.unwrap_or(USUAL).clamp(1, MOST)
    }

    /// The limit of a list that usually shows another number of rows.
    pub(super) fn limit_or(&self, usual: i64) -> i64 {
        self.0.limit.map_or(usual, |it| it.clamp(1, MOST))
    }

    /// The cursor of a list whose cursors are numbers.
    pub(super) fn number(&self) -> Answer<Option<i64>> {
        let wrong = |_e| Failure::invalid("/cursor", "this cursor is none of ours; begin without one");
        self.0.cursor.as_deref().map(|it| it.parse().map_err(wrong)).transpose()
    }

    /// The cursor of a list that is ordered by a time and an id.
    pub(super) fn time_and_id(&self) -> Answer<Option<(i64, String)>> {
        let wrong = || Failure::invalid("/cursor", "this cursor is none of ours; begin without one");
        let Some(cursor) = self.0.cursor.as_deref() else { return Ok(None) };
        let (time, id) = cursor.split_once('.').ok_or_else(wrong)?;
        Ok(Some((time.parse().map_err(|_e| wrong())?, id.to_owned())))
    }

    /// Cuts the row too many that says that there is a next page: the rows, and that page's cursor.
    pub(super) fn cut<T>(&self, rows: Vec<T>, cursor: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
        self.cut_at(self.limit(), rows, cursor)
    }

    /// The same for a list with a limit of its own.
    pub(super) fn cut_at<T>(
        &self,
        limit: i64,
        mut rows: Vec<T>,
        cursor: impl Fn(&T) -> String,
    ) -> (Vec<T>, Option<String>) {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        if rows.len() <= most {
            return (rows, None);
        }
        rows.truncate(most);
        let next = rows.last().map(cursor);
        (rows, next)
    }
}

/// A list whose reply names the next page in the header `Link` (RFC 8288).
pub(super) struct Paged<T> {
    list: T,
    link: Option<HeaderValue>,
}

impl<T> Paged<T> {
    pub(super) fn new(list: T, uri: &Uri, next: Option<String>) -> Self {
        let link = next.and_then(|next| {
            let kept = uri.query().unwrap_or_default().split('&');
            let mut query: Vec<_> = kept.filter(|it| !it.is_empty() && !it.starts_with("cursor=")).collect();
            let cursor = format!("cursor={next}");
            query.push(&cursor);
            format!("<{}?{}>; rel=\"next\"", uri.path(), query.join("&")).parse().ok()
        });
        Self { list, link }
    }
}

impl<T: Serialize> IntoResponse for Paged<T> {
    fn into_response(self) -> Response {
        let mut response = axum::Json(self.list).into_response();
        if let Some(it) = self.link {
            response.headers_mut().insert(header::LINK, it);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_where_the_next_begins() {
        let asked = |cursor: Option<&str>, limit| Asked(Page { cursor: cursor.map(str::to_owned), limit });
        let it = asked(None, Some(2));
        assert_eq!(it.cut(vec![5, 4, 3], i32::to_string), (vec![5, 4], Some("4".to_owned())));
        assert_eq!(it.cut(vec![5, 4], i32::to_string), (vec![5, 4], None));
        assert_eq!([Some(0), Some(9999), None].map(|it| asked(None, it).limit()), [1, 500, 100]);
        assert_eq!(asked(Some("7.a-b"), None).time_and_id().unwrap(), Some((7, "a-b".to_owned())));
        let uri = "/api/v1/parcels?limit=2&cursor=9.z".parse().unwrap();
        let link = Paged::new((), &uri, Some("7.a".to_owned())).link.unwrap();
        assert_eq!(link, "</api/v1/parcels?limit=2&cursor=7.a>; rel=\"next\"");
        assert!(asked(Some("x"), None).number().is_err() && asked(Some("x"), None).time_and_id().is_err());
    }
}
