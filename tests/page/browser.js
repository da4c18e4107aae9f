// Shared by the tests of the page: a browser, a page whose every complaint is kept, and a way to the server that can be slow or gone.
const { readFileSync } = require("node:fs"), net = require("node:net");
const { chromium } = require("playwright-core");

/** The one bound of every wait, in milliseconds: longer than anything takes on a busy machine. */
const PATIENCE = 120_000;
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
/** Success criteria of WCAG 2.2 up to AA, and what axe calls best practice. */
const RULES = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

let wrong = 0;
/** Says what is wrong; a test goes on, so that all of it is said. */
function complain(what) {
  wrong++;
  console.log(`WRONG ${what}`);
}
/** Complains where something is not true, and returns whether it is. */
const expect = (isTrue, what) => !!isTrue || (complain(what), false);

/** Runs the tests with a browser, and ends the process: 1 where something was wrong. */
async function withBrowser(run) {
  let browser;
  try {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"], timeout: PATIENCE });
    browser.on("disconnected", () => complain("the browser has ended"));
    await run(browser);
  } catch (error) {
    complain(error.stack);
  }
  browser?.removeAllListeners("disconnected");
  await browser?.close();
  process.exit(wrong ? 1 : 0);
}

/** A page whose console, errors and violations of the policy are kept in `complaints`. */
async function newPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: SIZES.desktop, reducedMotion: "reduce", locale: "en-GB", ...options }), page = await context.newPage(), complaints = [];
  page.setDefaultTimeout(PATIENCE);
  page.on("console", message => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", error => complaints.push(`thrown: ${error.message}`));
  page.on("crash", () => complain("the page's process has ended"));
  // A call that the page itself gives up, since its inputs have changed, has not failed.
  page.on("requestfailed", request => request.failure().errorText === "net::ERR_ABORTED" || complaints.push(`failed: ${request.url()} ${request.failure().errorText}`));
  await page.addInitScript(() => addEventListener("securitypolicyviolation", event => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)));
  return Object.assign(page, { complaints });
}

/** Opens a fragment, and waits until its answer is there. */
async function open(page, base, fragment) {
  await page.goto("about:blank");
  await page.goto(`${base}/${fragment}`);
  await settled(page);
}

/**
 * Waits until what the function says of the page is true, by looking again and again: nothing depends on how long it takes. Where that never
 * comes, complains of it, with what the page shows instead.
 */
async function until(page, what, isTrue, argument) {
  try {
    await page.waitForFunction(isTrue, argument, { polling: 50 });
  } catch (error) {
    complain(`never: ${what}\n${await shownBy(page)}\n${error.message}`);
  }
}

/** What a page shows, for whoever reads that something has not come. */
async function shownBy(page) {
  const shown = page.evaluate(() => {
    const text = selector => [...document.querySelectorAll(selector)].map(element => element.innerText.trim().slice(0, 300)), busy = [...document.querySelectorAll("[aria-busy]")].map(e => `${e.tagName} ${e.ariaBusy}`);
    return { address: location.href.slice(0, 120), title: document.title, busy, sentence: text("[role=status]"), alerts: text("[role=alert], .problem"), link: text(".same pre").map(t => t.slice(0, 120)), focus: document.activeElement?.id || document.activeElement?.tagName };
  });
  return Promise.race([shown.then(JSON.stringify, error => error.message), new Promise(done => setTimeout(done, 10_000, "the page does not even say what it shows"))]);
}

/**
 * Waits until the page stands still: it answers what is typed now, its link is the one of what is typed now, and each drawing is as wide as its
 * place, which a drawing learns a frame later.
 */
const settled = page => until(page, "a page that stands still", () => {
  const main = document.querySelector("main"), isDrawn = [...document.querySelectorAll(".drawing")].every(place => {
    const drawing = place.querySelector(":scope > svg");
    return drawing ? Math.abs(drawing.width.baseVal.value - place.clientWidth) <= 1 : place.clientWidth === 0;
  });
  return main && (main.matches(".start") || (main.ariaBusy === "false" && document.querySelector(".same").ariaBusy === "false" && isDrawn));
});

const sentence = page => page.locator("[role=status]").innerText();

/** By how many pixels the page is wider than the screen. */
const tooWide = page => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The findings of axe, a line for each rule. */
async function violations(page) {
  await page.evaluate(AXE);
  return page.evaluate(async rules => {
    const { violations } = await globalThis.axe.run(document, rules);
    return violations.map(v => `${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map(n => `${n.target} ${n.any[0]?.message ?? ""}`).join(" | ")}`);
  }, RULES);
}

/**
 * A way to the server, by an address of its own. `hold` keeps what the server answers, and returns a promise of the first answer that is kept;
 * `pass` lets what comes later through, and `release` what was kept. `end` takes the server away, and `begin` brings it back: the address stays
 * taken meanwhile, so that no other program is given it.
 */
async function wayTo(base) {
  const { hostname, port } = new URL(base), sockets = new Set(), kept = [];
  let isHeld = false, isGone = false, told;
  const deliver = deed => (isHeld ? (kept.push(deed), told()) : deed());
  const listener = net.createServer(socket => {
    if (isGone) return socket.on("error", () => {}).destroy();
    const server = net.connect(port, hostname);
    for (const one of [socket, server]) sockets.add(one.on("error", () => {}).on("close", () => sockets.delete(one)));
    socket.pipe(server);
    socket.on("close", () => server.destroy());
    // The end of an answer never overtakes the answer.
    server.on("data", data => deliver(() => socket.writable && socket.write(data))).on("close", () => deliver(() => socket.end()));
  });
  await new Promise(done => listener.listen(0, "127.0.0.1", done));
  return {
    base: `http://127.0.0.1:${listener.address().port}`,
    hold: () => ((isHeld = true), new Promise(done => { told = done; })),
    pass: () => { isHeld = false; },
    release: () => kept.splice(0).forEach(deed => deed()),
    end: () => ((isGone = true), sockets.forEach(socket => socket.destroy())),
    begin: () => { isGone = false; },
    close: () => (sockets.forEach(socket => socket.destroy()), new Promise(done => listener.close(done))),
  };
}

module.exports = { PATIENCE, SIZES, complain, expect, withBrowser, newPage, open, until, settled, sentence, tooWide, violations, wayTo };
