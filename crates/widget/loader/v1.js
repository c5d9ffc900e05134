// The classic script: <script async src="…/widget/v1.js" data-site="KEY">.
import { define } from "./element.js";

const script = document.currentScript;
// A script that was inserted as a module has its own entry.
script && define(script.src, script.dataset.site);
