// How long the page takes to its first answer, and to the whole of it with curves: milliseconds from the begin of navigation.
//
//     page-node first-answer.js http://127.0.0.1:8080 ROUNDS
const { chromium } = require("playwright-core");

const [base, rounds] = process.argv.slice(2);
const LINKS = ["#preset/openai-june-2025-plan", "#preset/cahn-2024", "#preset/textbook-net-present-value", "#preset/data-center-with-taxes"];

/** Notes when the sentence stands there, and when nothing is computed any more. */
function watch() {
  globalThis.noted = {};
  const look = () => {
    const said = document.querySelector("[role=status]")?.innerText ?? "…";
    if (said.length > 10) globalThis.noted.sentence ??= performance.now();
    if (said.length > 10 && document.querySelector("main[aria-busy=false] figure svg")) globalThis.noted.whole ??= performance.now();
    if (!globalThis.noted.whole) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
  for (const link of LINKS) {
    const all = [];
    for (let i = 0; i <= Number(rounds); i++) {
      const context = await browser.newContext(), page = await context.newPage();
      await page.addInitScript(watch);
      await page.goto(`${base}/${link}`);
      await page.waitForFunction(() => globalThis.noted.whole);
      // The first window warms the browser up.
      if (i) all.push(await page.evaluate(() => globalThis.noted));
      await context.close();
    }
    const of = name => {
      const sorted = all.map(noted => noted[name]).sort((a, b) => a - b);
      return `${Math.round(sorted[sorted.length >> 1])} ms, slowest ${Math.round(sorted.at(-1))}`;
    };
    console.log(`${link}: sentence ${of("sentence")}; with curves ${of("whole")}`);
  }
  await browser.close();
})();
