// The npm package: the same element, told where the portal is.
import { define as element } from "./element.js";

/** Defines <milkrun-track> for a portal, such as `https://portal.example`, and a site's key. */
export const define = ({ portal, site }) => element(portal.replace(/\/$/, "") + "/widget/npm", site);
