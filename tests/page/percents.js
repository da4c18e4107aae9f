// Holds every ratio of the contract to the way in which it is shown: a rate, a share or a margin in percent, and a factor or a multiple as the
// number that it is. A ratio that stands in neither list is said as well.
//
//     node tests/page/percents.js http://127.0.0.1:8080
const path = require("node:path");

const [base] = process.argv.slice(2), page = path.join(__dirname, "../../page"), ask = fetch;
globalThis.fetch = (address, options) => ask(base + address, options);

const IN_PERCENT = `
  accelerator_cost_share annual annual_growth_rate annualized_return_on_investment bonus_ratio change_rate cloud_gross_margin company_growth_rate
  contribution_margin_ratio coverage_ratio current_share discount_rate drawdown earnings_growth_rate end_user_gross_margin finance_rate
  free_cash_flow_margin gain_to_recover gross_margin high_probability implied_growth_rate implied_perpetual_growth_rate interest_rate
  loss_offset_limit_ratio low_probability margin_of_safety_ratio market_growth_rate maximum_share monthly_expense_growth_rate monthly_growth_rate
  monthly_revenue_growth_rate nominal_annual optimism per_period perpetual_growth_rate price_growth_rate probability rate_per_period reinvestment_rate
  relative_change required_free_cash_flow_margin required_net_cash_margin required_return required_revenue_growth_rate return_on_invested_capital
  return_on_investment revenue_growth_rate salvage_ratio score sustainable_capital_intensity tax_rate terminal_growth_rate terminal_value_share
  threshold`.trim().split(/\s+/);
const AS_NUMBERS = `
  break_even_revenue_factor burn_multiple cash_flow_multiple declining_balance_factor earnings_factor ending_price_earnings_ratio
  exit_multiple factor maximum_share_factor operating_leverage price_factor price_to_sales profitability_index rerating_factor
  revenue_to_capital_expenditure spend_multiple starting_price_earnings_ratio target_sales_factor`.trim().split(/\s+/);

async function main() {
  const of = name => import(path.join(page, name)), [{ contractOf }, { writerOf }] = await Promise.all(["ask.js", "whatif/paths.js"].map(of)), contract = await contractOf();
  const ratios = Object.values(contract.messages).flatMap(message => message.fields).filter(field => /(^|\s)Unit: ratio\b/.test(field.comment)), seen = new Set();
  const complain = what => { process.exitCode = 1; console.log(`WRONG ${what}`); };
  for (const field of ratios) {
    seen.add(field.name);
    const shown = writerOf(contract, field)("0.07"), wanted = IN_PERCENT.includes(field.name) ? "7 %" : "0.07";
    if (!IN_PERCENT.includes(field.name) && !AS_NUMBERS.includes(field.name)) complain(`${field.name} is in neither list: ${field.comment}`);
    else if (shown.replaceAll(/\s/g, " ") !== wanted) complain(`${field.name} is shown as ${shown}, and not as ${wanted}`);
  }
  [...IN_PERCENT, ...AS_NUMBERS].filter(name => !seen.has(name)).forEach(name => complain(`the contract has no ratio that is called ${name}`));
  console.log(`${ratios.length} ratios`);
}
main();
