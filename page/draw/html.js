// Markup: htm over Preact, never as a text of HTML.
import { h } from "../lib/preact.js";
import htm from "../lib/htm.js";

export const html = htm.bind(h);
