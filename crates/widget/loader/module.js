// The ES module: <script type="module" src="…/widget/v1.mjs?site=KEY">, or import() with that address.
import { define } from "./element.js";

const { origin, pathname, searchParams } = new URL(import.meta.url);
define(origin + pathname, searchParams.get("site"));
