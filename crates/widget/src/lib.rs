//! The embeddable tracking widget.
