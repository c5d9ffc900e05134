//! Real addresses of central Helsinki, so that the product works before a geocoder is configured.
