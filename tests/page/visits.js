// Visits every published figure, every question without one, and the start: at both widths, light and dark. Each has its sentence and its
// drawing, complains of nothing, fits its screen, and passes axe. Screenshots are kept.
//
//     page-node tests/page/visits.js http://127.0.0.1:8080 FOLDER [PART OF A NAME]
const { mkdirSync } = require("node:fs");
const path = require("node:path");
const { SIZES, complain, expect, newPage, open, settled, sentence, tooWide, until, violations, withBrowser } = require("./browser.js");

const [base, folder, part = ""] = process.argv.slice(2);
const LOOKS = [["desktop", "light"], ["phone", "light"], ["phone", "dark"], ["desktop", "dark"]];
/** The looks that axe is run in: either width, either scheme. */
const HELD = ["desktop light", "phone dark"];

async function places() {
  const answer = await fetch(`${base}/paydirt.v1.CalculationService/ListPresets`, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  const { presets } = await answer.json(), page = path.join(__dirname, "../../page"), { QUESTIONS, load, opened } = await import(path.join(page, "models/index.js"));
  const contract = await (await fetch(`${base}/contract.json`)).json(), { fits, formOf } = await import(path.join(page, "comment.js"));
  for (const preset of presets) {
    const found = opened(preset);
    if (!expect(found, `${preset.name}: no question opens it`)) continue;
    expect(fits(contract, formOf(contract, await load(found.about)).all, found.request), `${preset.name}: a link with its request would not be opened`);
  }
  const bare = QUESTIONS.filter(q => !presets.some(preset => opened(preset)?.about === q));
  return [["start", "#"], ...presets.map(p => [p.name, `#preset/${p.name}`]), ...bare.map(q => [q.name, `#v1/${q.name}`])].filter(([name]) => name.includes(part));
}

async function visit(page, name, fragment) {
  page.complaints.length = 0;
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(SIZES.desktop);
  await open(page, base, fragment);
  if (fragment !== "#") {
    expect((await sentence(page)).length > 20, `${name}: no sentence`);
    expect(await page.locator("figure svg[role=img][aria-label]").count(), `${name}: no drawing`);
    expect(!(await page.locator("[role=alert], .problem").count()), `${name}: a problem`);
  }
  for (const [size, scheme] of LOOKS) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize(SIZES[size]);
    await settled(page);
    const wide = await tooWide(page);
    expect(wide <= 0, `${name} ${size}: ${wide} px wider than the screen`);
    await page.screenshot({ path: `${folder}/${name}-${size}-${scheme}.png`, fullPage: true });
    if (HELD.includes(`${size} ${scheme}`)) (await violations(page)).forEach(found => complain(`${name} ${size} ${scheme}: ${found}`));
  }
  // At 320 px, which is a screen of 1280 px four times enlarged, with all open that can be.
  await page.setViewportSize({ width: 320, height: 800 });
  await page.evaluate(() => document.querySelectorAll("details:not(.if)").forEach(details => { details.open = true; }));
  await settled(page);
  const narrow = await tooWide(page);
  expect(narrow <= 0, `${name}: ${narrow} px wider than 320`);
  await row(page, name);
  page.complaints.forEach(text => complain(`${name}: ${text}`));
}

/** Questions whose row "What if" was opened. */
const opened = new Set();
/** Opens the row of a question's first visit: its studies are answered, it fits its screen, and passes axe. */
async function row(page, name) {
  const question = await page.locator("main.model > h1").allInnerTexts();
  if (!question.length || opened.has(question[0])) return;
  opened.add(question[0]);
  await page.locator(".if > summary").click();
  await until(page, `${name}: the row is open`, () => document.querySelector(".if .if-choices"));
  for (const look of HELD) {
    const [size, scheme] = look.split(" ");
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize(SIZES[size]);
    await settled(page);
    expect(!(await page.locator(".if [role=alert]").count()), `${name}: the row has a problem: ${await page.locator(".if").innerText()}`);
    expect(await page.locator(".if figure svg[role=img][aria-label], .if .if-place > .help").count(), `${name}: the row draws nothing`);
    // A request of one figure has no second one to turn.
    const isAlone = (await page.locator("#if-second option").count()) < 2;
    expect(isAlone || (await page.locator(".if-pairs td[class^=heat-]").count()) >= 4, `${name}: no table of two inputs`);
    expect(await page.locator(".if-most, .if-weights > .help").count(), `${name}: nothing is said of which input matters most`);
    expect((await tooWide(page)) <= 0, `${name} ${look}: the row is wider than the screen`);
    await page.locator(".if").screenshot({ path: `${folder}/${name}-row-${size}-${scheme}.png` });
    (await violations(page)).forEach(found => complain(`${name} ${look}, row: ${found}`));
  }
}

withBrowser(async browser => {
  mkdirSync(folder, { recursive: true });
  const left = await places(), count = left.length;
  expect(part || count > 40, `only ${count} places`);
  // Two at a time: a page that waits leaves its processor to the other.
  await Promise.all([1, 2].map(async () => {
    const page = await newPage(browser);
    for (let next; (next = left.shift()); ) await visit(page, ...next).catch(error => complain(`${next[0]}: ${error.message}`));
  }));
  console.log(`${count} places visited`);
});
