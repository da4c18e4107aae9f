// Visits every published figure, every question without one, and the start: at both widths, light and dark. Each has its sentence and its
// drawing, complains of nothing, fits its screen, and passes axe. Screenshots are kept.
//
//     page-node tests/page/visits.js http://127.0.0.1:8080 FOLDER [PART OF A NAME]
const { mkdirSync } = require("node:fs");
const path = require("node:path");
const { SIZES, complain, expect, newPage, open, settled, sentence, tooWide, violations, withBrowser } = require("./browser.js");

const [base, folder, part = ""] = process.argv.slice(2);
const LOOKS = [["desktop", "light"], ["phone", "light"], ["phone", "dark"], ["desktop", "dark"]];
/** The looks that axe is run in: either width, either scheme. */
const HELD = ["desktop light", "phone dark"];

async function places() {
  const answer = await fetch(`${base}/paydirt.v1.CalculationService/ListPresets`, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  const presets = (await answer.json()).presets.filter(preset => preset.calculation), page = path.join(__dirname, "../../page"), { QUESTIONS, load, opened } = await import(path.join(page, "models/index.js"));
  const contract = await (await fetch(`${base}/contract.json`)).json(), { fits, formOf } = await import(path.join(page, "comment.js"));
  for (const preset of presets) {
    const found = opened(preset.calculation);
    if (!expect(found, `${preset.name}: no question opens it`)) continue;
    expect(fits(contract, formOf(contract, await load(found.about)).all, found.request), `${preset.name}: a link with its request would not be opened`);
  }
  const bare = QUESTIONS.filter(q => !presets.some(preset => opened(preset.calculation)?.about === q));
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
  await page.evaluate(() => document.querySelectorAll("details").forEach(details => { details.open = true; }));
  await settled(page);
  const narrow = await tooWide(page);
  expect(narrow <= 0, `${name}: ${narrow} px wider than 320`);
  page.complaints.forEach(text => complain(`${name}: ${text}`));
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
