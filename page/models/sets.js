// One set of inputs, or two in the same picture.
import { html } from "../draw/html.js";

/** The draw of a question, made of pictures that take sets [{ request, answer }, …] and their words. */
export const drawn = (...pictures) => (request, answer, compared, words) => {
  const sets = [{ request, answer }, ...(compared ? [compared] : [])];
  return html`${pictures.map(picture => picture(sets, words))}`;
};

/** A text of each set. */
export const both = (sets, write) => sets.map(write).join(" · ");

/** The currency of a picture. */
export const unitOf = sets => [...new Set(sets.map(s => s.answer.currency_code ?? s.request.currency_code).filter(Boolean))].join(" and ");

/** The names of two sets: nobody needs the name of one. */
export const legend = (sets, words, as, other) => (sets.length > 1 ? [{ text: words.first, as }, { text: words.second, as: other }] : []);
