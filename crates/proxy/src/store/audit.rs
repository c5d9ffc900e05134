//! Who did what. Rows are only ever added; each carries a digest over itself and the row before, so that a row
//! that was changed or taken out afterwards shows.

use sha2::{Digest as _, Sha256};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Backend, Store, StoreError};

/// Taken while a row is added, so that each follows exactly one.
const LOCK: i64 = 0x6d69_6c6b_0003;

/// Repository of the audit log.
pub struct Audit<'a>(pub(super) &'a Store);

/// One deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place in the log, from 1.
    pub id: i64,
    /// When.
    pub at_ms: i64,
    /// Who: a user's name, a token's, or `system`.
    pub actor: String,
    /// What was done, such as `user.create`.
    pub action: String,
    /// To what, by id.
    pub subject: String,
    /// What people want to know besides; never a secret.
    pub detail: String,
}

/// Which deeds are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// The word before the dot of the action; any when empty.
    pub kind: &'a str,
    /// What who, what and about what are searched for; anything when empty.
    pub search: &'a str,
}

impl Audit<'_> {
    /// Adds a deed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add(
        &self,
        actor: &str,
        action: &str,
        subject: &str,
        detail: &str,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.begin_alone(LOCK).await?;
        let last = sqlx::query("SELECT id, digest FROM audit ORDER BY id DESC LIMIT 1")
            .fetch_optional(&mut *tx)
            .await?;
        let (id, before) = match &last {
            Some(it) => (it.try_get::<i64, _>("id")? + 1, it.try_get::<Vec<u8>, _>("digest")?),
            None => (1, Vec::new()),
        };
        let text = |it: &str| it.to_owned();
        let row = AuditRow {
            id,
            at_ms,
            actor: text(actor),
            action: text(action),
            subject: text(subject),
            detail: text(detail),
        };
        let sql = "INSERT INTO audit (id, at_ms, actor, action, subject, detail, digest) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sqlx::query(sql)
            .bind(id)
            .bind(at_ms)
            .bind(actor)
            .bind(action)
            .bind(subject)
            .bind(detail)
            .bind(link(&row, &before))
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Deeds before a place, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn before(&self, id: i64, wanted: &Filter<'_>, most: i64) -> Result<Vec<AuditRow>, StoreError> {
        let sql = "SELECT * FROM audit WHERE id < $1 AND action LIKE $2 ESCAPE '!' AND \
                   LOWER(actor || ' ' || action || ' ' || subject || ' ' || detail) LIKE $3 ESCAPE '!' \
                   ORDER BY id DESC LIMIT $4";
        let kind = if wanted.kind.is_empty() { "%".to_owned() } else { format!("{}.%", plain(wanted.kind)) };
        // SQLite's LOWER knows the letters of ASCII only, and both sides must be lowered alike.
        let search = match self.0.backend {
            Backend::Sqlite => wanted.search.to_ascii_lowercase(),
            Backend::Postgres => wanted.search.to_lowercase(),
        };
        let search = format!("%{}%", plain(&search));
        let query = sqlx::query(sql).bind(id).bind(kind).bind(search).bind(most);
        query.fetch_all(&self.0.pool).await?.iter().map(read).collect()
    }

    /// The first place at which the log was tampered with, if it was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn first_break(&self) -> Result<Option<i64>, StoreError> {
        let (mut id, mut before) = (0, Vec::new());
        loop {
            let sql = "SELECT * FROM audit WHERE id > $1 ORDER BY id LIMIT 500";
            let rows = sqlx::query(sql).bind(id).fetch_all(&self.0.pool).await?;
            if rows.is_empty() {
                return Ok(None);
            }
            for row in &rows {
                let (found, digest) = (read(row)?, row.try_get::<Vec<u8>, _>("digest")?);
                if found.id != id + 1 || digest != link(&found, &before) {
                    return Ok(Some(id + 1));
                }
                (id, before) = (found.id, digest);
            }
        }
    }
}

/// A text in which no letter stands for others.
fn plain(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

fn link(it: &AuditRow, before: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(it.id.to_le_bytes());
    hash.update(it.at_ms.to_le_bytes());
    for part in [&it.actor, &it.action, &it.subject, &it.detail] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().to_vec()
}

fn read(row: &AnyRow) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        id: row.try_get("id")?,
        at_ms: row.try_get("at_ms")?,
        actor: row.try_get("actor")?,
        action: row.try_get("action")?,
        subject: row.try_get("subject")?,
        detail: row.try_get("detail")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn broken_by(sql: &'static str) -> Option<i64> {
        let store = Store::for_tests().await.unwrap();
        for action in ["a", "b", "c"] {
            store.audit().add("me", action, "x", "", 1).await.unwrap();
        }
        sqlx::query(sql).execute(&store.pool).await.unwrap();
        store.audit().first_break().await.unwrap()
    }

    #[tokio::test]
    async fn tampering_shows() {
        assert_eq!(broken_by("SELECT 1").await, None);
        assert_eq!(broken_by("UPDATE audit SET actor = 'you' WHERE id = 2").await, Some(2));
        assert_eq!(broken_by("DELETE FROM audit WHERE id = 2").await, Some(2));
    }

    #[tokio::test]
    async fn deeds_come_newest_first_in_pages() {
        let store = Store::for_tests().await.unwrap();
        let audit = store.audit();
        let adding = (0..5).map(|it| {
            let store = store.clone();
            tokio::spawn(async move { store.audit().add("me", "act", &it.to_string(), "", it).await })
        });
        for it in adding {
            it.await.unwrap().unwrap();
        }
        let ids = |rows: Vec<AuditRow>| rows.iter().map(|it| it.id).collect::<Vec<_>>();
        assert_eq!(ids(audit.before(i64::MAX, &Filter::default(), 2).await.unwrap()), [5, 4]);
        assert_eq!(ids(audit.before(4, &Filter::default(), 9).await.unwrap()), [3, 2, 1]);
        assert_eq!(audit.first_break().await.unwrap(), None);
    }

    #[tokio::test]
    async fn deeds_are_found_by_kind_and_by_words() {
        let store = Store::for_tests().await.unwrap();
        let audit = store.audit();
        for (actor, action, subject) in
            [("Aino", "user.create", "100%"), ("Eero", "users.x", "a_b"), ("Eero", "token.create", "ab!")]
        {
            audit.add(actor, action, subject, "", 1).await.unwrap();
        }
        for (kind, search, expected) in [
            ("user", "", vec![1]),
            ("", "EERO", vec![3, 2]),
            ("", "create", vec![3, 1]),
            ("token", "aino", vec![]),
            ("", "%", vec![1]),
            ("", "a_b", vec![2]),
            ("", "!", vec![3]),
            ("%", "", vec![]),
        ] {
            let found = audit.before(i64::MAX, &Filter { kind, search }, 9).await.unwrap();
            assert_eq!(found.iter().map(|it| it.id).collect::<Vec<_>>(), expected, "{kind} {search}");
        }
    }
}
