//! People who may sign in, and how often somebody guessed wrong.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Store, StoreError};

/// Repository of users.
pub struct Users<'a>(pub(super) &'a Store);

/// A person.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Our id.
    pub id: String,
    /// Address to sign in with, in small letters.
    pub email: Option<String>,
    /// Display name.
    pub name: String,
    /// `owner`, `dispatcher` or `viewer`.
    pub role: String,
    /// The password as argon2id in PHC form.
    pub password_hash: Option<String>,
    /// Shut out, without being forgotten.
    pub disabled: bool,
    /// When the user was added.
    pub created_ms: i64,
}

impl std::fmt::Debug for UserRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserRow").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It was made.
    Done,
    /// There is no such user.
    Unknown,
    /// The address belongs to somebody else.
    EmailTaken,
    /// Nobody could manage this installation any more.
    LastOwner,
}

/// Taken while owners are counted, so that two do not demote each other at once.
const LOCK: i64 = 0x6d69_6c6b_0002;

impl Users<'_> {
    /// Everybody, in the order of joining.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self) -> Result<Vec<UserRow>, StoreError> {
        let sql = "SELECT * FROM users ORDER BY created_ms, id";
        sqlx::query(sql).fetch_all(&self.0.pool).await?.iter().map(read).collect()
    }

    /// One user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, id: &str) -> Result<Option<UserRow>, StoreError> {
        let row =
            sqlx::query("SELECT * FROM users WHERE id = $1").bind(id).fetch_optional(&self.0.pool).await?;
        row.as_ref().map(read).transpose()
    }

    /// The user of an address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_email(&self, email: &str) -> Result<Option<UserRow>, StoreError> {
        let sql = "SELECT * FROM users WHERE email = $1";
        let row = sqlx::query(sql).bind(email.to_lowercase()).fetch_optional(&self.0.pool).await?;
        row.as_ref().map(read).transpose()
    }

    /// Adds a user, unless the address is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert(&self, it: &UserRow) -> Result<Changed, StoreError> {
        let sql = "INSERT INTO users (id, email, name, role, password_hash, disabled, created_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (email) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(&it.id)
            .bind(it.email.as_ref().map(|it| it.to_lowercase()))
            .bind(&it.name)
            .bind(&it.role)
            .bind(&it.password_hash)
            .bind(i64::from(it.disabled))
            .bind(it.created_ms)
            .execute(&self.0.pool)
            .await?;
        Ok(if done.rows_affected() == 1 { Changed::Done } else { Changed::EmailTaken })
    }

    /// The first owner, who is made when there is nobody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn first_owner(&self, name: &str, now_ms: i64) -> Result<UserRow, StoreError> {
        let mut tx = self.0.begin_alone(LOCK).await?;
        let sql = "SELECT * FROM users WHERE role = 'owner' AND disabled = 0 ORDER BY created_ms, id LIMIT 1";
        if let Some(row) = sqlx::query(sql).fetch_optional(&mut *tx).await? {
            tx.commit().await?;
            return read(&row);
        }
        let id = uuid::Uuid::new_v4().to_string();
        let sql = "INSERT INTO users (id, name, role, created_ms) VALUES ($1, $2, 'owner', $3) RETURNING *";
        let row = sqlx::query(sql).bind(id).bind(name).bind(now_ms).fetch_one(&mut *tx).await?;
        tx.commit().await?;
        read(&row)
    }

    /// Writes name, address, role and whether the user is shut out. A last owner stays one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update(&self, it: &UserRow) -> Result<Changed, StoreError> {
        let mut tx = self.0.begin_alone(LOCK).await?;
        let email = it.email.as_ref().map(|it| it.to_lowercase());
        let taken = sqlx::query("SELECT id FROM users WHERE email = $1 AND id <> $2")
            .bind(&email)
            .bind(&it.id)
            .fetch_optional(&mut *tx)
            .await?;
        if taken.is_some() {
            return Ok(Changed::EmailTaken);
        }
        let sql = "UPDATE users SET email = $2, name = $3, role = $4, disabled = $5 WHERE id = $1";
        let done = sqlx::query(sql)
            .bind(&it.id)
            .bind(&email)
            .bind(&it.name)
            .bind(&it.role)
            .bind(i64::from(it.disabled))
            .execute(&mut *tx)
            .await?;
        finish(tx, done.rows_affected()).await
    }

    /// Forgets a user and ends the sessions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete(&self, id: &str) -> Result<Changed, StoreError> {
        let mut tx = self.0.begin_alone(LOCK).await?;
        sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(id).execute(&mut *tx).await?;
        sqlx::query("DELETE FROM sign_in_links WHERE user_id = $1").bind(id).execute(&mut *tx).await?;
        let done = sqlx::query("DELETE FROM users WHERE id = $1").bind(id).execute(&mut *tx).await?;
        finish(tx, done.rows_affected()).await
    }

    /// Sets a password, in PHC form, and ends every session but one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_password(&self, id: &str, hash: &str) -> Result<(), StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "UPDATE users SET password_hash = $2 WHERE id = $1";
        sqlx::query(sql).bind(id).bind(hash).execute(&mut *tx).await?;
        sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(id).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// Forgets a password and ends every session: only a one-time link opens the account then. False when there is
    /// no such user, or one who is shut out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reset(&self, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.0.pool.begin().await?;
        let sql = "UPDATE users SET password_hash = NULL WHERE id = $1 AND disabled = 0";
        let done = sqlx::query(sql).bind(id).execute(&mut *tx).await?;
        sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(id).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Until when an account takes no password, milliseconds since 1970; zero when it does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shut_until(&self, account: &str) -> Result<i64, StoreError> {
        let sql = "SELECT until_ms FROM sign_in_failures WHERE account = $1";
        let row = sqlx::query(sql).bind(account).fetch_optional(&self.0.pool).await?;
        Ok(row.map(|it| it.try_get("until_ms")).transpose()?.unwrap_or(0))
    }

    /// Counts a wrong password: how many in a row it is now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn failed(&self, account: &str) -> Result<i64, StoreError> {
        let sql = "INSERT INTO sign_in_failures (account, failures, until_ms) VALUES ($1, 1, 0) \
                   ON CONFLICT (account) DO UPDATE SET failures = sign_in_failures.failures + 1 RETURNING failures";
        Ok(sqlx::query(sql).bind(account).fetch_one(&self.0.pool).await?.try_get("failures")?)
    }

    /// Takes no password of an account until a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shut(&self, account: &str, until_ms: i64) -> Result<(), StoreError> {
        let sql = "UPDATE sign_in_failures SET until_ms = $2 WHERE account = $1";
        sqlx::query(sql).bind(account).bind(until_ms).execute(&self.0.pool).await?;
        Ok(())
    }

    /// Forgets wrong passwords: of an account that got it right, or all whose time is long over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forgive(&self, account: Option<&str>, before_ms: i64) -> Result<(), StoreError> {
        let sql = "DELETE FROM sign_in_failures WHERE account = $1 OR (until_ms > 0 AND until_ms < $2)";
        sqlx::query(sql).bind(account).bind(before_ms).execute(&self.0.pool).await?;
        Ok(())
    }
}

/// Commits unless no owner would be left.
async fn finish(mut tx: sqlx::Transaction<'static, sqlx::Any>, touched: u64) -> Result<Changed, StoreError> {
    if touched == 0 {
        return Ok(Changed::Unknown);
    }
    let sql = "SELECT COUNT(*) FROM users WHERE role = 'owner' AND disabled = 0";
    let (owners,): (i64,) = sqlx::query_as(sql).fetch_one(&mut *tx).await?;
    if owners == 0 {
        return Ok(Changed::LastOwner);
    }
    tx.commit().await?;
    Ok(Changed::Done)
}

fn read(row: &AnyRow) -> Result<UserRow, StoreError> {
    Ok(UserRow {
        id: row.try_get("id")?,
        email: row.try_get("email")?,
        name: row.try_get("name")?,
        role: row.try_get("role")?,
        password_hash: row.try_get("password_hash")?,
        disabled: row.try_get::<i64, _>("disabled")? != 0,
        created_ms: row.try_get("created_ms")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: &str, role: &str) -> UserRow {
        UserRow {
            id: id.to_owned(),
            email: Some(format!("{id}@Example.com")),
            name: id.to_owned(),
            role: role.to_owned(),
            password_hash: None,
            disabled: false,
            created_ms: 1,
        }
    }

    #[tokio::test]
    async fn addresses_are_unique_and_an_owner_always_stays() {
        let store = Store::for_tests().await.unwrap();
        let users = store.users();
        let owner = users.first_owner("Owner", 0).await.unwrap();
        assert_eq!(users.first_owner("Other", 0).await.unwrap(), owner);
        assert_eq!(users.insert(&user("a", "viewer")).await.unwrap(), Changed::Done);
        let twin = UserRow { email: Some("A@example.COM".to_owned()), ..user("b", "viewer") };
        assert_eq!(users.insert(&twin).await.unwrap(), Changed::EmailTaken);
        assert_eq!(users.by_email("A@EXAMPLE.com").await.unwrap().unwrap().id, "a");
        let demoted = UserRow { role: "viewer".to_owned(), ..owner.clone() };
        assert_eq!(users.update(&demoted).await.unwrap(), Changed::LastOwner);
        assert_eq!(users.delete(&owner.id).await.unwrap(), Changed::LastOwner);
        assert_eq!(users.find(&owner.id).await.unwrap().unwrap().role, "owner");
        assert_eq!(users.update(&user("a", "owner")).await.unwrap(), Changed::Done);
        assert_eq!(users.delete(&owner.id).await.unwrap(), Changed::Done);
        assert_eq!(users.delete(&owner.id).await.unwrap(), Changed::Unknown);
    }

    #[tokio::test]
    async fn wrong_passwords_are_counted_until_one_is_right() {
        let store = Store::for_tests().await.unwrap();
        let users = store.users();
        assert_eq!((users.failed("a").await.unwrap(), users.failed("a").await.unwrap()), (1, 2));
        users.shut("a", 50).await.unwrap();
        assert_eq!((users.shut_until("a").await.unwrap(), users.shut_until("b").await.unwrap()), (50, 0));
        users.forgive(Some("a"), 0).await.unwrap();
        assert_eq!(users.failed("a").await.unwrap(), 1);
    }
}
