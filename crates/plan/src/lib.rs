//! The domain: stops, vehicles, routes, a plan, its edits and their undo, import and export.
