// Calls of the server, and what comes back of a question: an answer, or what is wrong with each field.

/** A call that had no answer. `violations` are of the fields; `isAway` says that no server was there. */
class Refused extends Error {
  constructor(message, { violations = [], isAway = false, code } = {}) {
    super(message);
    Object.assign(this, { violations, isAway, code });
  }
}

export const AWAY = "The server does not answer. What was typed stays here.";

/** Calls a method by Connect's JSON. */
export async function call(method, request, signal) {
  let response, body;
  try {
    response = await fetch(`/paydirt.v1.${method}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request), signal });
    body = await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(AWAY, { isAway: true });
  }
  if (response.ok) return body;
  const violations = (body.details ?? []).flatMap(detail => detail.debug?.fieldViolations ?? []);
  throw new Refused(body.message ?? `The server answered ${response.status}.`, { violations, code: body.code });
}

export const contractOf = async () => {
  const response = await fetch("/contract.json").catch(() => { throw new Refused(AWAY); });
  if (!response.ok) throw new Refused(`The server answered ${response.status}.`);
  return response.json();
};

const batch = async (calculations, signal) => (await call("CalculationService/BatchCalculations", { calculations }, signal)).outcomes;

export const asked = (question, request) => question.asks?.(request) ?? [{ [question.name]: { ...request, options: { ...request.options, explain: true } } }];

/** The place of a field in the form: the path without the calculation that it stands in. */
const place = (path, model) => path.replace(/^calculations\[\d+\]\./, "").replace(new RegExp(`^${model}\\.`), "");

/**
 * Asks the question. `shown` is called with the answer, the results that it was read of, and errors of other calculations: as soon as they
 * are there, and again when the curves are.
 * Returns { errors, message }: errors by the field's path, and none where there is an answer.
 */
export async function ask(question, request, signal, shown) {
  const calculations = asked(question, request), models = calculations.map(calculation => Object.keys(calculation)[0]);
  let outcomes;
  try {
    outcomes = await batch(calculations, signal);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const errors = {};
    for (const { field, description } of error.violations) {
      const model = models[/^calculations\[(\d+)\]/.exec(field)?.[1] ?? 0];
      errors[place(field, model)] ??= description;
    }
    return { errors, message: error.message, isAway: error.isAway };
  }
  const errors = {};
  outcomes.forEach(({ error }, i) => error?.field_violations.forEach(v => (errors[place(v.field, models[i])] ??= v.description)));
  if (!outcomes[0].answer) return { errors, message: outcomes[0].error.message };
  const results = outcomes.map(outcome => outcome.answer);
  const answer = question.reads ? question.reads(results) : results[0][question.name];
  shown(answer, results, errors);
  const more = question.curves?.(request, answer);
  if (more) {
    // Curves are more than the question: without them the answer stands.
    try {
      shown(more.reads((await batch(more.asks, signal)).map(outcome => outcome.answer)), results, errors);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return { errors, message: null };
}
