// Shared by the tests of the page: a browser, a page whose every complaint is kept, and a way to the server that can be slow or gone.
const { readFileSync } = require("node:fs"), net = require("node:net");
const { chromium } = require("playwright-core");

/** Longer than anything takes on a busy machine, in milliseconds. */
const PATIENCE = 60_000;
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
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  try {
    await run(browser);
  } catch (error) {
    complain(error.stack);
  } finally {
    await browser.close();
  }
  process.exit(wrong ? 1 : 0);
}

/** A page whose console, errors and violations of the policy are kept in `complaints`. */
async function newPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: SIZES.desktop, reducedMotion: "reduce", locale: "en-GB", ...options }), page = await context.newPage(), complaints = [];
  page.setDefaultTimeout(PATIENCE);
  page.on("console", message => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", error => complaints.push(`thrown: ${error.message}`));
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

/** Waits until nothing is computed and everything is drawn. */
async function settled(page) {
  await page.waitForSelector("main.start, main[aria-busy=false]");
  // Drawings follow the width of their place, which is known a frame later.
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
}

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

/** A way to the server, by an address of its own: `delay` in milliseconds before each answer, and `end` takes it away. */
async function wayTo(base) {
  const { hostname, port } = new URL(base), sockets = new Set(), way = { delay: 0 };
  const listener = net.createServer(socket => {
    const server = net.connect(port, hostname);
    for (const one of [socket, server]) {
      sockets.add(one);
      one.on("error", () => {}).on("close", () => (socket.destroy(), server.destroy(), sockets.delete(one)));
    }
    socket.pipe(server);
    server.on("data", data => setTimeout(() => socket.write(data), way.delay));
  });
  const listen = at => new Promise(done => listener.listen(at, "127.0.0.1", done));
  await listen(0);
  const own = listener.address().port;
  way.base = `http://127.0.0.1:${own}`;
  way.end = () => (sockets.forEach(socket => socket.destroy()), new Promise(done => listener.close(done)));
  way.begin = () => listen(own);
  return way;
}

module.exports = { PATIENCE, SIZES, complain, expect, withBrowser, newPage, open, settled, sentence, tooWide, violations, wayTo };
