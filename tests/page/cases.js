// Deeds of the page: links, keyboard, mistakes, pasting, comparing, files, paper, and a server that is slow or gone.
//
//     page-node tests/page/cases.js http://127.0.0.1:8080 FOLDER [PART OF A NAME]
const { execFile } = require("node:child_process");
const { mkdirSync, readFileSync } = require("node:fs"), { deflateRawSync } = require("node:zlib");
const { SIZES, complain, expect, newPage, open, sentence, settled, tooWide, until, violations, wayTo, withBrowser } = require("./browser.js");

const [base, folder, part = ""] = process.argv.slice(2);
const RUNWAY = "#preset/openai-june-2025-plan", CAHN = "#preset/cahn-2024", TORNADO = "#preset/cahn-2024-tornado";
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
    const broken = [whole.slice(0, -7), "v1/runway/%%%", "v1/runway/" + (await packed([])), "v1/runway/" + (await packed({ costs: "x" })), "v1/runway/" + (await packed({ costs: [{ amount: {} }] })), "v1/runway/" + (await packed({ __proto__: null, constructor: "x" })), "v1/none", "v2/runway", "preset/none", "v1/compare/runway/x", whole + "/if/x", whole + "/if/" + (await packed({ input: 7 })), "%E0%A4%A", "v1/runway/" + (await packed({ costs: Array(200_000).fill({}) }))];
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

  async "what if: where the sentence turns, a slider, and two inputs, in a link of their own"(page, browser) {
    const asked = [];
    page.on("request", request => asked.push(new URL(request.url()).pathname));
    await open(page, base, CAHN);
    await page.locator(".if > summary").waitFor();
    await field(page, "accelerator_revenue").fill("150bn");
    await link(page);
    expect(!asked.some(path => path.startsWith("/whatif/") || path.includes("StudyService")), "the row was loaded before it was opened");
    await page.locator(".if > summary").click();
    await page.waitForSelector(".if-found");
    await settled(page);
    // 70 billion is there already, and 17.5 / 0.5 / (1 - 0.5) is 70.
    const found = page.locator(".if-found"), cell = (row, column) => page.locator(".if-pairs tbody tr").nth(row).locator("td").nth(column);
    expect((await found.innerText()) === "All that is required is there: accelerator revenue at 17.5\u00a0billion.", `found: ${await found.innerText()}`);
    expect((await page.locator(".if-found + .help").innerText()).startsWith("Proven for every value from 0"), "it is proven");
    // 150 / 0.5 / (1 - 0.5) - 70 and, at a margin of 80 %, 300 / 0.5 / 0.2 - 70, in billions.
    expect((await page.locator(".if-pairs td[class^=heat-]").count()) === 81, "nine values of either input");
    expect((await cell(0, 4).innerText()) === "230\u00a0bn" && (await cell(8, 8).getAttribute("title")) === "2,930,000,000,000", `cells: ${await cell(0, 4).innerText()}, ${await cell(8, 8).getAttribute("title")}`);
    // The slider by keyboard: 41 stops from 0 to 300 billion, and the first below 150 is 142.5.
    await page.locator("#if-slider").focus();
    await page.keyboard.press("ArrowLeft");
    await settled(page);
    const said = (await page.locator(".if-said").innerText()).replaceAll("\u00a0", " ");
    expect(said.startsWith("At 142.5 billion: Accelerators for 142.5 billion a year have to bring in 570 billion USD a year."), `slid: ${said}`);
    expect((await page.locator("#if-slider").getAttribute("aria-valuetext")).replaceAll("\u00a0", " ") === "142.5 billion", "the slider says its value");
    expect((await sentence(page)).includes("150"), "the answer stays what it is while the slider moves");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "what was asked (CSV)" }).click()]);
    await download.saveAs(`${folder}/what-if.csv`);
    const csv = readFileSync(`${folder}/what-if.csv`, "utf8");
    expect(csv.includes("\r\n150000000000,530000000000\r\n") && csv.includes("2930000000000"), "every digit in the CSV");
    // Other choices, which the link carries.
    await page.locator("#if-turn").selectOption("other");
    await page.locator("#if-figure").selectOption("coverage_ratio");
    await page.locator("#if-goal").fill("50%");
    await page.locator("#if-high").fill("600bn");
    await settled(page);
    expect((await found.innerText()) === "Coverage ratio is 50\u202f%: accelerator revenue at 35\u00a0billion.", `found: ${await found.innerText()}`);
    const address = await link(page), second = await newPage(browser);
    expect(address.includes("/if/") && page.url() === address, `the address follows: ${page.url()}`);
    await open(second, base, address.slice(base.length + 1));
    await settled(second);
    expect((await second.locator(".if-found").innerText()) === (await found.innerText()) && (await second.locator("#if-high").inputValue()) === "600bn", "the second window has the study");
    for (const text of second.complaints) complain(text);
    await second.context().close();
    // What was found goes into the form, and the sentence turns.
    await page.locator("#if-turn").selectOption("0");
    await settled(page);
    await page.getByRole("button", { name: "Set it to 17.5 billion" }).click();
    await untilSaid(page, "covered");
    expect((await field(page, "accelerator_revenue").inputValue()) === "17500000000", "the form has it");
    await page.locator(".if > summary").click();
    await until(page, "a link without a study", () => !location.hash.includes("/if/"));
  },

  async "what if: outcomes, other members of a choice, mistakes, paper, and a server that is gone"(page) {
    const way = await wayTo(base);
    await open(page, way.base, "#preset/default-alive-blackwell");
    await page.locator(".if > summary").click();
    await page.waitForSelector(".if-found");
    await settled(page);
    expect((await page.locator(".if-found").innerText()).startsWith("Default alive: monthly revenue growth rate from 11.33\u202f% on"), await page.locator(".if-found").innerText());
    expect((await page.locator(".if figure svg").first().getAttribute("aria-label")).includes("default dead"), "the strip says both");
    expect((await page.locator(".if-pairs .met").count()) > 0 && (await page.locator(".if-pairs td:not(.met)[class^=heat-]").count()) > 0, "both verdicts in the table");
    await page.locator("#if-high").fill("-5");
    await page.waitForSelector(".if [role=alert]");
    await settled(page);
    expect((await page.locator(".if [role=alert]").innerText()).includes("high"), "ends upside down are refused at their place");
    page.complaints.length = 0;
    await page.locator("#if-high").fill("20%");
    await settled(page);
    expect(!(await page.locator(".if [role=alert]").count()), "and mended");
    (await violations(page)).forEach(found => complain(found));
    // Turning one member of a choice takes the place of the other.
    await open(page, way.base, "#preset/jpmorgan-phones");
    await page.locator(".if > summary").click();
    await page.waitForSelector("#if-input");
    await page.locator("#if-input").selectOption("contribution_margin_ratio");
    await page.waitForSelector("#if-slider");
    await settled(page);
    await page.locator("#if-slider").focus();
    await page.keyboard.press("End");
    await settled(page);
    await page.locator(".if-said + .if-take button").click();
    await settled(page);
    expect((await page.locator('[id="f-contribution_margin_ratio"]').count()) === 1 && !(await page.locator('[id="f-unit.price"]').count()), "the ratio stands in place of the price");
    await page.emulateMedia({ media: "print" });
    await settled(page);
    expect((await page.locator(".if-found").isVisible()) && !(await page.locator("#if-slider").isVisible()), "on paper it has what was found");
    await page.screenshot({ path: `${folder}/what-if-paper.png`, fullPage: true });
    await page.emulateMedia({ media: "screen" });
    way.end();
    await page.locator("#if-turn").selectOption("other");
    await page.locator("#if-figure").selectOption("contribution_margin_ratio");
    await page.waitForSelector(".if [role=alert]");
    expect((await page.locator(".if [role=alert]").innerText()).includes("does not answer"), "the row says that the server is away");
    way.begin();
    await page.locator(".if").getByRole("button", { name: "Try again" }).click();
    await settled(page);
    expect(!(await page.locator(".if [role=alert]").count()) && (await page.locator(".if-place figure svg").count()) === 1 && (await page.locator(".if-tornado svg").count()) === 1, "and goes on");
    await way.close();
    page.complaints.length = 0;
  },

  async "which input matters most: a published tornado, other ranges, ends that are no number, and turns"(page, browser) {
    const most = page.locator(".if-most"), bars = page.locator(".if-tornado svg");
    await open(page, base, TORNADO);
    await page.waitForSelector(".if-tornado svg");
    await settled(page);
    // 300 / 0.3 - 300 / 0.7, 150 / 0.4 / 0.5 - 150 / 0.6 / 0.5 and 4 × (180 - 120), in billions: 571.4, 250 and 240.
    expect((await plain(most)) === "End user gross margin matters most: between 30 % and 70 % required annual revenue changes by 571.4 billion.", `said: ${await plain(most)}`);
    const presets = (await answerOf("CalculationService/ListPresets", {})).presets, { sensitivity } = presets.find(preset => `#preset/${preset.name}` === TORNADO), answer = await answerOf("StudyService/ComputeSensitivity", sensitivity);
    const label = await bars.getAttribute("aria-label"), places = ["End user gross margin", "Accelerator cost share", "Accelerator revenue"].map(name => label.indexOf(`${name} `));
    expect(places.every((place, i) => place > (places[i - 1] ?? 0)), `the widest first: ${label}`);
    expect(JSON.stringify(answer.levers.map(lever => lever.name)) === JSON.stringify(["end_user_gross_margin", "accelerator_cost_share", "accelerator_revenue"]), "the order of the call");
    const csv = await saved(page, "what was asked (CSV)", "tornado.csv"), [{ swing, slope, elasticity, at_low, at_high }] = answer.levers;
    expect(swing.startsWith("571428571428.57142857") && csv.includes(`\r\nEnd user gross margin,0.3,0.7,${at_low.value},${at_high.value},${swing},${slope},${elasticity},`) && csv.includes(",250000000000,") && csv.includes(",240000000000,"), `the CSV: ${csv}`);
    const svg = await saved(page, "its drawings (SVG)", "tornado.svg");
    expect(svg.includes("Which input matters most to required annual revenue") && svg.includes(">Accelerator cost share</text>"), "the SVG has the bars and their names");
    expect((await page.locator(".provenance td").allTextContents()).filter(text => text === "600,000,000,000").length === 2, "the published figure beside the computed one");
    // A name chooses the input of the slider, by keyboard; the link has what was chosen.
    await page.getByRole("button", { name: "Turn accelerator cost share" }).focus();
    await page.keyboard.press("Enter");
    await settled(page);
    expect((await page.locator("#if-input").inputValue()) === "accelerator_cost_share" && (await page.getByRole("button", { name: "Turn accelerator cost share" }).getAttribute("aria-pressed")) === "true", "the input is the slider's");
    await page.locator("#if-change").selectOption("0.2");
    await until(page, "the other ranges", () => /accelerator cost share and|cost share and end user/i.test(document.querySelector(".if-most").innerText));
    await settled(page);
    // 300 / 0.4 - 300 / 0.6 by either share.
    expect((await plain(most)) === "Accelerator cost share and end user gross margin matter most: required annual revenue changes by 250 billion with each.", `said: ${await plain(most)}`);
    const address = await link(page), second = await newPage(browser);
    await open(second, base, address.slice(base.length + 1));
    await second.waitForSelector(".if-tornado svg");
    await settled(second);
    expect((await plain(second.locator(".if-most"))) === (await plain(most)) && (await second.locator("#if-change").inputValue()) === "0.2", "the second window has the ranges");
    for (const text of second.complaints) complain(text);
    await second.context().close();
    // -1600 + 10000 v - 10000 v², v = 1 / (1 + rate), is 900 at a rate of 1 and less on both sides.
    await open(page, base, linkOf("cash_flow", { currency_code: "USD", discount_rate: "1", cash_flows: { periodic: { amounts: ["-1600", "10000", "-10000"], period: "PERIOD_YEAR" } } }, { change: "0.5" }));
    await page.waitForSelector(".if-tornado svg");
    await settled(page);
    expect(/Discount rate 50.%: 622\.22, 150.%: 800; turns, 9|Discount rate 50.%: 622\.22, 150.%: 800; turns, 89/.test(await bars.getAttribute("aria-label")) && (await bars.textContent()).includes("turns"), `turns are said: ${await bars.getAttribute("aria-label")}`);
    // A need of 0 stays 0; a company that is alive with more cash, and dead with less, has a month of its end at one end alone.
    await open(page, base, RUNWAY);
    await page.locator(".if > summary").click();
    await page.waitForSelector(".if-most");
    expect((await plain(most)) === "No input moves cash need.", `said: ${await plain(most)}`);
    await open(page, base, "#preset/default-alive-blackwell");
    await page.locator(".if > summary").click();
    await page.waitForSelector(".if-weights > .help");
    await page.locator("#if-turn").selectOption("other");
    await page.locator("#if-figure").selectOption("runway_months");
    await page.waitForSelector(".if-tornado svg");
    await settled(page);
    expect((await plain(most)).startsWith("No input has a swing: at an end of each, runway months is no number.") && (await bars.textContent()).includes(": absent"), `words in place of a number: ${await plain(most)}`);
    (await violations(page)).forEach(found => complain(found));
  },

  async "studies that were published open their row: several inputs as one, and an input that is sought"(page) {
    await open(page, base, "#preset/wall-street-2026-revenue");
    await page.waitForSelector(".if-found");
    await settled(page);
    // 60 / (0.6 × 3.790787), the value of one a year for five years at 10 %.
    expect((await plain(page.locator(".if-found"))).endsWith("revenues 2 and 4 more at 26.38 billion."), await plain(page.locator(".if-found")));
    await page.locator(".if-take button").first().click();
    await settled(page);
    expect((await field(page, "revenues[1]").inputValue()) === (await field(page, "revenues[5]").inputValue()) && (await field(page, "revenues[5]").inputValue()).startsWith("2637"), "all five are set");
    await open(page, base, "#preset/openai-june-2025-growth");
    await page.waitForSelector(".if-found");
    await settled(page);
    expect((await sentence(page)).length > 20 && (await page.locator("#if-input").inputValue()) === "monthly_revenue_growth_rate" && /from \d+\.\d+ % on/.test(await plain(page.locator(".if-found"))), await plain(page.locator(".if-found")));
    expect((await page.locator(".if-weights").innerText()).includes("is no number"), "a verdict has no swing");
    expect(page.url().endsWith("#preset/openai-june-2025-growth"), `the address is that of the preset: ${page.url()}`);
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
    expect(stops.some(name => /table/.test(name)) && stops.some(name => /What if/.test(name)) && stops.some(name => /How it was computed/.test(name)), "tables, the row and steps are stops");
    // A date has stops of its own, the last of which opens its calendar.
    await open(page, base, "#preset/openai-june-2025-plan");
    expect(await tabTo(at => at.name === "f-costs[0].name"), "what follows a date is reached");
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
    for (const selector of [".inputs", ".top nav", ".downloads", ".if"]) expect(!(await isShown(selector)), `${selector} is not on paper`);
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

/** A text with its thin and kept spaces as plain ones. */
const plain = async place => (await place.innerText()).replace(/[\u00a0\u202f]/g, " ").trim();

/** What the server answers to a call. */
const answerOf = async (method, request) => (await fetch(`${base}/paydirt.v1.${method}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(request) })).json();

/** A link as the page writes it, of a request and a study. */
const linkOf = (question, request, study) => `#v1/${question}/${[request, study].map(part => deflateRawSync(JSON.stringify(part)).toString("base64url")).join("/if/")}`;

/** The text of a file that a button saves. */
async function saved(page, button, name) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
  await download.saveAs(`${folder}/${name}`);
  return readFileSync(`${folder}/${name}`, "utf8");
}

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
