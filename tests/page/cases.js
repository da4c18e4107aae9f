// Deeds of the page: links, keyboard, mistakes, pasting, comparing, files, paper, and a server that is slow or gone.
//
//     page-node tests/page/cases.js http://127.0.0.1:8080 FOLDER [PART OF A NAME]
const { execFile } = require("node:child_process");
const { mkdirSync, readFileSync } = require("node:fs");
const { SIZES, complain, expect, newPage, open, sentence, settled, tooWide, until, violations, wayTo, withBrowser } = require("./browser.js");

const [base, folder, part = ""] = process.argv.slice(2);
const RUNWAY = "#preset/openai-june-2025-plan", CAHN = "#preset/cahn-2024";
const field = (page, path) => page.locator(`[id="f-${path}"]`);
const link = async page => (await settled(page), page.locator(".same pre").innerText());
/** Waits until what is typed now is answered, with this text in the sentence. */
const untilSaid = (page, text) => until(page, `a sentence with ${text}`, text => document.querySelector("main[aria-busy=false] [role=status]")?.innerText.includes(text), text);
const untilFocused = (page, what, end) => until(page, `the focus in ${what}`, end => document.activeElement?.id.endsWith(end), end);

const CASES = {
  async "a link gives the same answer in a second window"(page, browser) {
    await open(page, base, RUNWAY);
    await field(page, "costs[0].amount").fill("1.5bn");
    await untilSaid(page, "11.7");
    const address = await link(page), second = await newPage(browser), said = await page.locator("main .answer").innerText();
    expect(address.startsWith(`${base}/#v1/runway/`) && page.url() === address, `the address follows: ${page.url()}`);
    await open(second, base, address.slice(base.length + 1));
    expect((await second.locator("main .answer").innerText()) === said, "a second window has another answer");
    expect((await field(second, "costs[0].amount").inputValue()) === "1500000000", "the amount is in the second window's form");
    await second.context().close();
  },

  async "what is typed is echoed, and what may mean two things is refused at its field"(page) {
    await open(page, base, CAHN);
    const of = field(page, "accelerator_revenue");
    for (const [text, echo] of [["150bn", "150 billion"], ["1,250,000", "1.25 million"], ["37.5e9", "37.5 billion"]]) {
      await of.fill(text);
      const echoed = await page.locator('[id="f-accelerator_revenue-echo"]').innerText();
      expect(echoed.replace(/\s/g, " ") === echo, `${text} is echoed as ${echoed}`);
    }
    await field(page, "accelerator_cost_share").fill("35 %");
    expect(/^35.%$/.test(await page.locator('[id="f-accelerator_cost_share-echo"]').innerText()), "35 % is echoed");
    await settled(page);
    const before = await sentence(page);
    expect(before.includes("billion"), before);
    await of.fill("1,250");
    await field(page, "end_user_gross_margin").fill("1.5");
    await settled(page);
    expect(await page.locator(".stale").count(), "the last good answer is dimmed");
    for (const path of ["accelerator_revenue", "end_user_gross_margin"]) {
      expect((await field(page, path).getAttribute("aria-invalid")) === "true", `${path} is marked`);
      expect(await page.locator(`[id="f-${path}-error"]`).innerText(), `${path} has its error`);
    }
    expect((await sentence(page)) === before, "the last good answer stays");
    expect((await page.locator(".problem").innerText()).includes("before the last change"), "the page says that it is old");
    await page.locator(".problem .way").last().click();
    await untilFocused(page, "the field of the mistake", "f-end_user_gross_margin");
    (await violations(page)).forEach(found => complain(found));
    await page.screenshot({ path: `${folder}/mistakes.png`, fullPage: true });
    await of.fill("1250");
    await field(page, "end_user_gross_margin").fill("50%");
    await page.waitForSelector(".answer:not(.stale)");
  },

  async "a form that was cleared blames nobody before a field was touched"(page) {
    await open(page, base, CAHN);
    await page.getByRole("button", { name: "Clear" }).click();
    await settled(page);
    expect(!(await page.locator("[aria-invalid=true]").count()), "a field is blamed");
    await page.screenshot({ path: `${folder}/cleared.png`, fullPage: true });
    await field(page, "currency_code").focus();
    await page.keyboard.press("Tab");
    await page.waitForSelector('[id="f-currency_code"][aria-invalid=true]');
    expect((await page.locator("[aria-invalid=true]").count()) === 1, "another field is blamed");
  },

  async "a column of a spreadsheet is pasted"(page) {
    await open(page, base, "#preset/textbook-payback");
    const paste = (path, text) => field(page, path).evaluate((target, text) => {
      const data = new DataTransfer();
      data.setData("text", text);
      target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, text);
    await paste("cash_flows.periodic.amounts[0]", "-1,000,000\r\n250k\r\n(5,000.00)\r\n1 250 000\r\n");
    await page.waitForSelector('[id="f-cash_flows.periodic.amounts[3]"]');
    const request = await requestOf(page);
    expect(JSON.stringify(request.cash_flows.periodic.amounts.slice(0, 4)) === '["-1000000","250000","-5000","1250000"]', `pasted: ${JSON.stringify(request)}`);
    await open(page, base, "#preset/spreadsheet-xirr");
    await paste("cash_flows.dated.flows[0].date", "2024-01-01\t-500\n2024-06-30\t100\n2025-06-30\t500\n2026-06-30\t1\n");
    await until(page, "four dates", () => document.querySelectorAll("input[type=date]").length >= 4);
    const [first, , , fourth] = (await requestOf(page)).cash_flows.dated.flows;
    expect(first.date === "2024-01-01" && first.amount === "-500" && fourth.date === "2026-06-30" && fourth.amount === "1", "dates and amounts");
  },

  async "two sets of inputs are compared, in a link of their own"(page, browser) {
    await open(page, base, RUNWAY);
    await page.getByRole("button", { name: "Compare" }).click();
    await field(page, "costs[0].amount").fill("2bn");
    await untilSaid(page, "8.8");
    expect((await page.locator("[role=status] .verdict").count()) === 2 && (await sentence(page)).includes("17.5"), "both sentences");
    expect((await page.locator(".key-table thead th").count()) === 3, "figures of both");
    const address = await link(page), second = await newPage(browser);
    expect(address.startsWith(`${base}/#v1/compare/runway/`), address);
    for (const [size, scheme] of [["desktop", "light"], ["phone", "dark"]]) {
      await page.setViewportSize(SIZES[size]);
      await page.emulateMedia({ colorScheme: scheme });
      await settled(page);
      (await violations(page)).forEach(found => complain(`${size}: ${found}`));
      expect((await tooWide(page)) <= 0, `${size}: too wide`);
      await page.screenshot({ path: `${folder}/compare-${size}-${scheme}.png`, fullPage: true });
    }
    await open(second, base, address.slice(base.length + 1));
    expect((await sentence(second)) === (await sentence(page)), "the link has both");
    await second.context().close();
    await page.getByRole("button", { name: /alone/ }).click();
    await untilSaid(page, "8.8");
    expect((await page.locator("[role=status] .verdict").count()) === 1, "one alone is left");
  },

  async "a link that is broken or made up says so, and nothing in it becomes markup"(page) {
    const whole = await (async () => (await open(page, base, RUNWAY), (await link(page)).split("#")[1]))();
    const packed = async value => Buffer.from(await new Response(new Blob([JSON.stringify(value)]).stream().pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer()).toString("base64url");
    const broken = [whole.slice(0, -7), "v1/runway/%%%", "v1/runway/" + (await packed([])), "v1/runway/" + (await packed({ costs: "x" })), "v1/runway/" + (await packed({ costs: [{ amount: {} }] })), "v1/runway/" + (await packed({ __proto__: null, constructor: "x" })), "v1/none", "v2/runway", "preset/none", "v1/compare/runway/x", "%E0%A4%A", "v1/runway/" + (await packed({ costs: Array(200_000).fill({}) }))];
    for (const fragment of broken) {
      await page.goto("about:blank");
      await page.goto(`${base}/#${fragment}`);
      await page.waitForSelector("main.start [role=alert]").catch(() => complain(`${fragment}: no word about it`));
    }
    await page.screenshot({ path: `${folder}/broken.png`, fullPage: true });
    const evil = `<img src=x onerror=alert(1)>"'</script>`;
    await open(page, base, "#v1/runway/" + (await packed({ currency_code: "USD", cash_balance: "5", costs: [{ name: evil, amount: "1", period: "PERIOD_MONTH" }], events: [{ name: evil, month: 2, amount: "-1" }] })));
    expect(!(await page.locator("img").count()), "a name became markup");
    expect((await page.locator("figure, .inputs").first().innerHTML()).length > 0, "it is drawn");
  },

  async "tables, drawings and requests are saved, and a saved request is opened"(page) {
    const saved = async name => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
      await download.saveAs(`${folder}/${download.suggestedFilename()}`);
      return readFileSync(`${folder}/${download.suggestedFilename()}`, "utf8");
    };
    await open(page, base, RUNWAY);
    const csv = await saved(/\(CSV\)/), lines = csv.trim().split("\r\n");
    expect(csv.startsWith("\ufeffMonth,") && lines.length >= 13 && lines[1].includes("16500000000"), `CSV: ${lines[0]} … ${lines[1]}`);
    const svg = await saved(/SVG/);
    expect(!/class=|var\(--|light-dark/.test(svg) && /stroke="rgb/.test(svg), "the drawing stands alone");
    await page.goto("about:blank");
    await page.setContent(`<main>${svg}</main>`);
    expect((await page.locator("svg text").count()) > 5, "the drawing has its texts");
    await page.screenshot({ path: `${folder}/saved-drawing.png` });
    await open(page, base, RUNWAY);
    const json = JSON.parse(await saved(/JSON/)), said = await sentence(page);
    expect(json.model === "runway" && json.answers[0].runs_out, "request and answer");
    await open(page, base, "#");
    await page.setInputFiles("input[type=file]", `${folder}/paydirt-runway.json`);
    await page.waitForSelector("main.model");
    await settled(page);
    expect((await sentence(page)) === said, "the opened file has the same answer");
    await open(page, base, "#");
    await page.setInputFiles("input[type=file]", { name: "x.json", mimeType: "application/json", buffer: Buffer.from('{"model":"runway","requests":[7]}') });
    await page.waitForSelector("[role=alert]");
  },

  async "a figure is copied with all of its digits, and the questions are a menu"(page) {
    await open(page, base, CAHN);
    const copied = await page.evaluate(() => {
      const figure = [...document.querySelectorAll(".verdict b")].find(b => b.innerText.startsWith("600")), data = new DataTransfer();
      getSelection().selectAllChildren(figure);
      figure.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
      return data.getData("text/plain");
    });
    expect(copied === "600000000000", `copied: ${copied}`);
    for (const [size, scheme] of [["desktop", "light"], ["phone", "dark"]]) {
      await page.setViewportSize(SIZES[size]);
      await page.emulateMedia({ colorScheme: scheme });
      await page.locator("nav button").click();
      await page.getByRole("link", { name: "Which alternative is least regretted?" }).waitFor();
      expect((await tooWide(page)) <= 0, `${size}: too wide`);
      (await violations(page)).forEach(found => complain(`${size}: ${found}`));
      await page.screenshot({ path: `${folder}/menu-${size}.png` });
      await page.keyboard.press("Escape");
    }
    await page.locator("nav button").click();
    await page.getByRole("link", { name: "Which alternative is least regretted?" }).click();
    await untilSaid(page, "least regretted");
    expect(!(await page.locator("#questions").isVisible()), "the menu closes");
  },

  async "a request that is too long for a link becomes a file"(page) {
    await open(page, base, "#preset/textbook-payback");
    const column = Array.from({ length: 3000 }, (_, i) => String((i * 7919) % 104729)).join("\n");
    await field(page, "cash_flows.periodic.amounts[1]").evaluate((target, text) => {
      const data = new DataTransfer();
      data.setData("text", text);
      target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, column);
    await until(page, "the word about it", () => document.querySelector(".same").innerText.includes("too long for a link"));
    await settled(page);
    expect((await page.locator("textarea").count()) === 1, "a long series is lines of text");
    await open(page, base, "#preset/spreadsheet-xirr");
    const rows = Array.from({ length: 2000 }, (_, i) => `20${String(10 + (i % 80)).padStart(2, "0")}-06-30\t${i % 7}`).join("\n");
    await field(page, "cash_flows.dated.flows[1].date").evaluate((target, text) => {
      const data = new DataTransfer();
      data.setData("text", text);
      target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, rows);
    await until(page, "the word about rows that are not shown", () => document.querySelector(".inputs").innerText.includes("1601 more rows"));
    await page.waitForSelector("main[aria-busy=false] [role=status] b");
  },

  async "with the server gone nothing that was typed is lost"(page) {
    const way = await wayTo(base);
    await open(page, way.base, RUNWAY);
    way.end();
    await field(page, "costs[0].amount").fill("3bn");
    await page.waitForSelector("[role=alert]");
    expect((await page.locator("[role=alert]").innerText()).includes("does not answer"), "the page says that the server is away");
    expect((await field(page, "costs[0].amount").inputValue()) === "3bn" && (await page.locator(".stale").count()) === 1, "what was typed stays, the answer is dimmed");
    await page.screenshot({ path: `${folder}/gone.png`, fullPage: true });
    (await violations(page)).forEach(found => complain(found));
    way.begin();
    await page.getByRole("button", { name: "Try again" }).click();
    await untilSaid(page, "5.8");
    expect(!(await page.locator("[role=alert]").count()), "the word about it goes");
    way.end();
    await page.getByRole("button", { name: /SVG/ }).click();
    await page.locator(".same label", { hasText: /^curl$/ }).click();
    await page.locator("nav button").click();
    await page.getByRole("link", { name: "Which alternative is least regretted?" }).click();
    await page.waitForSelector("main:not(.model) [role=alert]");
    expect(!page.complaints.some(text => text.startsWith("thrown")), `an error: ${page.complaints}`);
    await way.close();
    page.complaints.length = 0;
  },

  async "a page whose contract does not come says so"(page) {
    await page.route("**/contract.json", route => route.abort());
    await page.goto(`${base}/`);
    await page.waitForSelector("main [role=alert]");
    expect((await page.locator("[role=alert]").innerText()).includes("does not answer"), "it says why");
    await page.unroute("**/contract.json");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.waitForSelector("main.start");
    page.complaints.length = 0;
  },

  async "with a slow server the last thing that was typed is answered"(page) {
    const way = await wayTo(base);
    await open(page, way.base, RUNWAY);
    const isKept = way.hold(), asked = page.waitForRequest(request => request.method() === "POST");
    await field(page, "costs[0].amount").fill("2bn");
    await until(page, "the word that it computes", () => document.querySelector("main[aria-busy=true]") && getComputedStyle(document.querySelector(".computing")).visibility === "visible");
    expect((await sentence(page)).includes("17.5"), "the last answer stays meanwhile");
    // The next answer overtakes the one that is still on its way, which changes nothing when it comes.
    await isKept;
    const slow = await asked, ended = new Promise(done => ["requestfailed", "requestfinished"].forEach(name => page.on(name, request => request === slow && done(name))));
    way.pass();
    await field(page, "costs[0].amount").fill("4bn");
    await untilSaid(page, "4.4");
    way.release();
    await ended;
    await settled(page);
    expect((await sentence(page)).includes("4.4"), "an old answer came last");
    await way.close();
    page.complaints.length = 0;
  },

  async "the page is walked by keyboard alone"(page) {
    await open(page, base, "#");
    const focused = () => page.evaluate(() => {
      const at = document.activeElement, box = at.getBoundingClientRect(), place = at.closest("label") && at.matches(".choice input") ? at.closest("label") : at, looks = getComputedStyle(place);
      return { name: at.id || at.getAttribute("aria-label") || at.innerText?.slice(0, 60) || at.tagName, tag: at.tagName, isSeen: box.bottom > 0 && box.top < innerHeight && box.right > 0, outline: looks.outlineStyle !== "none" && parseFloat(looks.outlineWidth) > 1 };
    });
    const tabTo = async isThere => {
      for (let i = 0; i < 250; i++) {
        await page.keyboard.press("Tab");
        const at = await focused();
        if (at.tag === "BODY") break;
        expect(at.isSeen && at.outline, `the focus is not seen: ${at.name}`);
        if (isThere(at)) return true;
      }
      return false;
    };
    expect(await tabTo(at => at.name.startsWith("How long does the cash last")), "the question's link is reached");
    await page.keyboard.press("Enter");
    await page.waitForSelector("main.model");
    await settled(page);
    const before = await sentence(page);
    expect(await tabTo(at => at.name === "f-cash_balance"), "the balance is reached");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("40bn");
    await settled(page);
    expect((await field(page, "cash_balance").inputValue()) === "40bn" && (await sentence(page)) !== before, "what was typed is answered");
    const stops = [];
    expect(await tabTo(at => (stops.push(at.name), at.name.startsWith("As link"))), `the link is reached: ${stops.join(", ")}`);
    expect(stops.some(name => /table/.test(name)) && stops.some(name => /How it was computed/.test(name)), "tables and steps are stops");
    // Whatever a pointer can hover an arrow key reaches.
    const drawing = page.locator(".drawing[tabindex='0']").first();
    await drawing.focus();
    const readings = [];
    for (let i = 0; i < 2; i++) {
      await page.keyboard.press("ArrowRight");
      await until(page, "another reading", before => ![undefined, "", before].includes(document.querySelector("figure output")?.innerText), readings.at(-1));
      readings.push(await page.locator("figure output").first().innerText());
    }
    // A row that was removed leaves the focus where one goes on.
    await field(page, "costs-add").focus();
    await page.keyboard.press("Enter");
    await untilFocused(page, "the new row", "].name");
    await page.keyboard.press("Shift+Tab");
  },

  async "on paper it has the sentence, the drawing, the steps, the inputs and the link"(page) {
    await open(page, base, RUNWAY);
    const pdf = await page.pdf({ path: `${folder}/runway.pdf`, format: "A4" });
    expect(pdf.length > 20_000, `a PDF of ${pdf.length} bytes`);
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 718, height: 1000 });
    await settled(page);
    const isShown = selector => page.locator(selector).first().isVisible();
    // The table of the inputs is loaded once an answer stands there.
    await page.locator(".printed td").first().waitFor();
    for (const selector of ["[role=status]", "figure svg", ".steps li", ".same pre", ".table td"]) expect(await isShown(selector), `${selector} is on paper`);
    for (const selector of [".inputs", ".top nav", ".downloads"]) expect(!(await isShown(selector)), `${selector} is not on paper`);
    expect((await page.locator(".printed").innerText()).includes("17,500,000,000"), "the inputs are on paper");
    expect((await tooWide(page)) <= 0, "too wide for the paper");
    await page.screenshot({ path: `${folder}/paper.png`, fullPage: true });
  },

  async "the same call is answered from elsewhere"(page) {
    await open(page, base, CAHN);
    const texts = {};
    for (const name of ["curl", "grpcurl", "Python", "command line"]) {
      texts[name] = await callBy(page, name);
    }
    const script = name => (name === "Python" ? `python3 - <<'PYTHON'\n${texts[name].replace("print(json.load(", "print(json.dumps(json.load(").replace(/$/, ")")}\nPYTHON` : texts[name]);
    const answered = name => new Promise(done => execFile("bash", ["-c", script(name)], (error, output, said) => (error && complain(`${name}: ${error.message} ${said}`), done(error ? {} : JSON.parse(output)))));
    const expected = await answered("curl");
    expect(expected.required_annual_revenue === "600000000000" && expected.explanation?.steps.length > 3, "curl");
    expect(JSON.stringify(await answered("Python")) === JSON.stringify(expected), "Python");
    if (process.env.PAYDIRT_FOLDER) {
      process.env.PATH = `${process.env.PAYDIRT_FOLDER}:${process.env.PATH}`;
      expect(JSON.stringify(await answered("command line")) === JSON.stringify(expected), "command line");
    }
    if (process.env.GRPCURL_FOLDER) {
      process.env.PATH = `${process.env.GRPCURL_FOLDER}:${process.env.PATH}`;
      expect((await answered("grpcurl")).requiredAnnualRevenue === expected.required_annual_revenue, "grpcurl");
    }
  },

  async "nothing is stored, nothing comes from elsewhere, and no address that is sent has a figure"(page) {
    const asked = [];
    page.on("request", request => asked.push([request.method(), request.url()]));
    await open(page, base, RUNWAY);
    const calls = asked.filter(([method]) => method === "POST").map(([, url]) => url.split("/").at(-1));
    expect(calls.filter(name => name === "ListPresets").length === 1 && asked.filter(([, url]) => url.endsWith("/contract.json")).length === 1, "one contract, one list of presets");
    expect(calls.filter(name => name === "BatchCalculations").length <= 2, `batches: ${calls}`);
    await field(page, "costs[0].amount").fill("987654321");
    await untilSaid(page, "17.7");
    await link(page);
    for (const [, url] of asked) expect(url.startsWith(`${base}/`) && !/[?#]/.test(url) && !url.includes("987654321"), `asked: ${url}`);
    const kept = await page.evaluate(async () => [document.cookie, localStorage.length, sessionStorage.length, (await caches.keys()).length, (await indexedDB.databases()).length, (await navigator.serviceWorker.getRegistrations()).length].join());
    expect(kept === ",0,0,0,0,0", `kept: ${kept}`);
  },
};

/** The call that the page shows for a way. */
async function callBy(page, way) {
  await page.locator(".same label", { hasText: new RegExp(`^${way}$`) }).click();
  await until(page, `a call by ${way}`, () => document.querySelector(".same pre").innerText.length > 1);
  return page.locator(".same pre").innerText();
}

/** The request that the page sends, by its own curl line. */
async function requestOf(page) {
  const text = await callBy(page, "curl"), request = JSON.parse(text.slice(text.indexOf("'") + 1, text.lastIndexOf("'")));
  return Object.values(request.calculations?.[0] ?? { request })[0];
}

withBrowser(async browser => {
  mkdirSync(folder, { recursive: true });
  const left = Object.entries(CASES).filter(([name]) => name.includes(part));
  await Promise.all([1, 2].map(async () => {
    for (let next; (next = left.shift()); ) {
      const [name, run] = next, page = await newPage(browser), before = Date.now();
      await run(page, browser).catch(error => complain(`${name}: ${error.message}`));
      page.complaints.forEach(text => complain(`${name}: ${text}`));
      console.log(`${name}: ${Date.now() - before} ms`);
      await page.context().close();
    }
  }));
});
