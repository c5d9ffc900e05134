//! Builds the address of a lookup, so that neither a number nor a site key can add a parameter to it.

/// `api?site=…&number=…`, both values percent-encoded; `api` is the lookup's address without a query.
#[must_use]
pub fn lookup(api: &str, site: &str, number: &str) -> String {
    let mut address = String::from(api);
    address.push_str("?site=");
    push_encoded(&mut address, site);
    address.push_str("&number=");
    push_encoded(&mut address, number);
    address
}

/// Appends `text` with every byte outside RFC 3986's unreserved set percent-encoded.
fn push_encoded(address: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            address.push(char::from(byte));
        } else {
            address.push('%');
            address.push(hex(byte >> 4));
            address.push(hex(byte & 15));
        }
    }
}

fn hex(nibble: u8) -> char {
    char::from(if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(site: &str, number: &str, expected: &str) {
        assert_eq!(lookup("https://portal.example/api/widget/v1/lookup", site, number), expected);
    }

    #[test]
    fn plain_values_stay_readable() {
        check("demo", "AB-12", "https://portal.example/api/widget/v1/lookup?site=demo&number=AB-12");
    }

    #[test]
    fn values_cannot_add_parameters() {
        check(
            "a&number=1#x",
            "ö /%",
            "https://portal.example/api/widget/v1/lookup?site=a%26number%3D1%23x&number=%C3%B6%20%2F%25",
        );
    }
}
