// A request as a link. Nothing is stored, and what stands behind the # of an address reaches no server and no log.

/** The longest fragment of a link, in characters: beyond it chats and mails cut links off, and a file is offered. */
export const LONGEST_LINK = 8192;

/** The longest request that a link may stand for, in characters. */
const LONGEST_REQUEST = 262_144;

const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0));
const text = bytes => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const through = async (data, stream) => new Uint8Array(await new Response(new Blob([data]).stream().pipeThrough(stream)).arrayBuffer());

export async function packed(request) {
  return text(await through(JSON.stringify(request), new CompressionStream("deflate-raw")));
}

export async function unpacked(fragment) {
  // A few bytes can stand for millions: a link that does is none of ours.
  const reader = new Blob([bytes(fragment)]).stream().pipeThrough(new DecompressionStream("deflate-raw")).pipeThrough(new TextDecoderStream("utf-8", { fatal: true })).getReader();
  let text = "";
  for (let part; !(part = await reader.read()).done; ) {
    text += part.value;
    if (text.length > LONGEST_REQUEST) throw new RangeError("too long");
  }
  const request = JSON.parse(text);
  if (!request || typeof request !== "object" || Array.isArray(request)) throw new SyntaxError("no request");
  return request;
}

/** The fragment of one set of inputs, or of two beside each other, and of the study that is open below them. */
export async function fragment(name, sets, study) {
  const all = await Promise.all([...sets, ...(study ? [study] : [])].map(packed));
  return `#v1/${sets.length > 1 ? "compare/" : ""}${name}/${all.slice(0, sets.length).join("/")}${study ? `/if/${all.at(-1)}` : ""}`;
}

/** The place that a fragment names: { preset }, { name, sets, study }, or {} for the start. Throws where it cannot be read. */
export async function read(fragment) {
  const [version, ...rest] = decodeURIComponent(fragment.replace(/^#/, "")).split("/");
  if (!version) return {};
  if (version === "preset" && rest.length === 1) return { preset: rest[0] };
  if (version !== "v1") throw new SyntaxError("another version");
  const isComparison = rest[0] === "compare", [name, ...all] = isComparison ? rest.slice(1) : rest;
  const study = all.at(-2) === "if" ? await unpacked(all.splice(-2)[1]) : undefined;
  if (study && !Object.values(study).every(value => typeof value === "string")) throw new SyntaxError("no study");
  if (all.length > (isComparison ? 2 : 1) || (isComparison && all.length < 2)) throw new SyntaxError("other parts");
  return { name, sets: await Promise.all(all.filter(Boolean).map(unpacked)), study };
}
