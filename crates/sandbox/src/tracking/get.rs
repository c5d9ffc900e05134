//! `trackings/get`: registered numbers by number, by status and by time.

use std::collections::{HashMap, HashSet};

use axum::extract::{RawQuery, State};
use milkrun_wire::tracking51::{DeliveryStatus, GET_LIMIT, GetReply, MetaCode, Rejected};

use super::envelope::{Refusal, Reply, ok, words};
use super::magic;
use super::parcel::Parcel;
use super::query;
use crate::Sandbox;
use crate::store::World;

const DEFAULT_ITEMS: usize = 100;

pub(crate) async fn get(State(sandbox): State<Sandbox>, RawQuery(raw): RawQuery) -> Reply<GetReply> {
    let filter = Filter::read(&query::parse(&raw.unwrap_or_default()))?;
    for it in filter.numbers.iter().flatten() {
        magic::act(&sandbox, it).await?;
    }
    ok(filter.apply(&sandbox.world()))
}

/// What to look for. All of it may be absent: the Node SDK loses its query, and asks for everything.
#[derive(Debug, Default)]
struct Filter {
    numbers: Option<Vec<String>>,
    courier: Option<String>,
    status: Option<DeliveryStatus>,
    archived: Option<String>,
    /// Unix seconds.
    created: Span,
    /// Unix seconds.
    updated: Span,
    items: usize,
    /// From 1; the vendor calls it `pages_amount`, which it is not.
    page: usize,
}

#[derive(Debug, Default)]
struct Span {
    min: Option<i64>,
    max: Option<i64>,
}

impl Span {
    fn read(query: &HashMap<String, String>, name: &str) -> Result<Self, Refusal> {
        let bound = |end: &str| {
            let key = format!("{name}_{end}");
            let Some(text) = query.get(&key) else { return Ok(None) };
            query::moment(text).map(Some).ok_or_else(|| Refusal::because(MetaCode::PARAMETER_INVALID, &key))
        };
        Ok(Self { min: bound("min")?, max: bound("max")? })
    }

    fn holds(&self, moment: i64) -> bool {
        self.min.is_none_or(|it| it <= moment) && self.max.is_none_or(|it| moment <= it)
    }
}

impl Filter {
    fn read(query: &HashMap<String, String>) -> Result<Self, Refusal> {
        let whole = |key: &str, default: usize| match query.get(key).map(|it| it.parse::<usize>()) {
            None => Ok(default),
            Some(Ok(it)) if it >= 1 => Ok(it),
            Some(_) => Err(Refusal::because(MetaCode::PARAMETER_INVALID, key)),
        };
        let split =
            |it: &String| it.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
        let numbers: Option<Vec<String>> = query.get("tracking_numbers").map(split);
        if numbers.as_ref().is_some_and(|it| it.len() > GET_LIMIT) {
            return Err(Refusal::because(MetaCode::PARAMETER_INVALID, "at most 2000 tracking_numbers"));
        }
        Ok(Self {
            numbers,
            courier: query.get("courier_code").cloned(),
            status: query.get("delivery_status").map(|it| DeliveryStatus::from_word(it)),
            archived: query.get("archived_status").cloned(),
            created: Span::read(query, "created_date")?,
            updated: Span::read(query, "updated_date")?,
            items: whole("items_amount", DEFAULT_ITEMS)?.min(GET_LIMIT),
            page: whole("pages_amount", 1)?,
        })
    }

    fn apply(&self, world: &World) -> GetReply {
        let now = world.now();
        let mut found: Vec<&Parcel> = world.parcels.values().filter(|it| self.accepts(it, now)).collect();
        found.sort_by_key(|it| std::cmp::Reverse(it.serial));
        // Who names numbers wants all of them, however many fit on a page by default.
        let items = self.items.max(self.numbers.as_ref().map_or(0, Vec::len));
        let page = found.into_iter().skip((self.page - 1).saturating_mul(items)).take(items);
        GetReply { success: page.map(|it| it.at(now)).collect(), rejected: self.unknown(world) }
    }

    fn accepts(&self, it: &Parcel, now: i64) -> bool {
        self.numbers.as_ref().is_none_or(|numbers| numbers.contains(&it.fields.tracking_number))
            && self.courier.as_ref().is_none_or(|courier| *courier == it.fields.courier_code)
            && self.status.as_ref().is_none_or(|status| *status == it.status_at(now))
            && self.archived.as_ref().is_none_or(|archived| archived == "tracking" || archived == "false")
            && self.created.holds(it.created_at)
            && self.updated.holds(it.updated_at(now))
    }

    /// Numbers that were asked for and are not registered at all.
    fn unknown(&self, world: &World) -> Vec<Rejected> {
        let known: HashSet<&str> =
            world.parcels.values().map(|it| it.fields.tracking_number.as_str()).collect();
        let missing = self.numbers.iter().flatten().filter(|it| !known.contains(it.as_str()));
        let rejected = |it: &String| Rejected {
            tracking_number: it.clone(),
            rejected_code: MetaCode::UNKNOWN_NUMBER,
            rejected_message: words(MetaCode::UNKNOWN_NUMBER),
        };
        missing.map(rejected).collect()
    }
}
