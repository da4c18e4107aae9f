// What a study found, as a sentence: where the figure is what is wanted, and how certain that is.
import { grouped, named, strong } from "../models/words.js";

/** A range of inputs in words. What reaches the end of what was looked at has no end of its own. */
function ranged({ low, high }, ends, write) {
  if (low === high) return ["at ", strong(write(low), low)];
  if (low === ends.low && high === ends.high) return ["wherever it was looked at"];
  if (low === ends.low) return ["up to ", strong(write(high), high)];
  if (high === ends.high) return ["from ", strong(write(low), low), " on"];
  return ["from ", strong(write(low), low), " to ", strong(write(high), high)];
}

const joined = lists => lists.flatMap((list, i) => [i === 0 ? "" : i === lists.length - 1 ? " and " : ", ", ...list]);
/** The most solutions that a sentence lists. */
const LISTED = 6;

/**
 * What was found, as the parts of a sentence, and how certain that is: { parts, how }. "The cash lasts: monthly costs up to 14.58 million."
 * `says` is what is so at the goal, `input` what the input is called, `write` and `writeFigure` how values are shown.
 */
export function found(says, { solutions, complete, jumps, undecided, nearest, segments }, input, write, writeFigure) {
  const looked = lookedAt(segments), ends = { low: looked[0]?.low, high: looked.at(-1)?.high };
  if (!looked.length) return { parts: [`${says}: the model refuses every ${input}.`], how: "" };
  const between = `from ${write(ends.low)} to ${write(ends.high)}`, stretches = `${undecided.length} ${undecided.length === 1 ? "stretch" : "stretches"}`;
  const how = complete ? `Proven for every value ${between}: what is not said here does not exist.` : `Looked at ${between}. Not proven: ${undecided.length ? `${stretches} between may have more.` : "there may be more."}`;
  const passed = jumps.length ? [" The figure passes it without being it at ", named(jumps.map(jump => write(jump.input))), "."] : [];
  if (!solutions.length) {
    const close = nearest ? [" The closest is ", strong(writeFigure(nearest.figure), nearest.figure), ", at ", strong(write(nearest.input), nearest.input), "."] : [];
    return { parts: [`${says}: at no ${input}${complete ? "" : " that was found"}.`, ...passed, ...close], how };
  }
  // Inputs that look alike have all of their digits.
  const texts = solutions.flatMap(s => (s.range ? [] : [s.input])), told = text => (texts.filter(other => write(other) === write(text)).length > 1 ? grouped(text) : write(text));
  const listed = solutions.slice(0, LISTED).map(s => (s.range ? ranged(s.range, ends, write) : ["at ", strong(told(s.input), s.input)]));
  const more = solutions.length > LISTED ? [` and ${solutions.length - LISTED} more`] : [];
  return { parts: [`${says}: ${input} `, ...joined(listed), ...more, ".", ...passed], how };
}

/** The ranges that were looked at: where the model refuses its inputs there is nothing to see. */
const lookedAt = segments => segments.filter(segment => segment.side !== "SIDE_REFUSED").map(segment => segment.range);

/** The inputs at which the sentence turns: where a solution begins or ends within what was looked at. */
export function turning({ solutions, jumps, segments }) {
  const looked = lookedAt(segments), [low, high] = [looked[0]?.low, looked.at(-1)?.high];
  const all = [...solutions.flatMap(s => (s.range ? [s.range.low, s.range.high] : [s.input])), ...jumps.map(jump => jump.input)];
  return [...new Set(all)].filter(value => value !== low && value !== high);
}
