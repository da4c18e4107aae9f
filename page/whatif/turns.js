// The figure at which the sentence of each question turns, and the input that moves it first: where the row "What if" begins.

/**
 * { question: { input, second, turns: [{ figure, goal, says }] } }. `goal` is a value or an outcome of the figure, or (request) → one, undefined where
 * the request has none; `says` is what the sentence says there. The first turn begins. A question without one begins with its first input and figure.
 */
export const TURNS = {
  required_revenue: { input: "accelerator_revenue", second: "end_user_gross_margin", turns: [{ figure: "revenue_gap", goal: "0", says: "All that is required is there" }] },
  return_revenue: { input: "capital_expenditure", second: "required_return", turns: [{ figure: "revenue_gap", goal: "0", says: "All that is required is there" }] },
  break_even_point: { input: "unit.price", second: "fixed_costs", turns: [
    { figure: "reached.revenue", goal: request => request.expected_revenue, says: "What is expected is the break-even" }, { figure: "reached.revenue", goal: "never_reached", says: "It never breaks even" }] },
  runway: { input: "costs[0].amount", second: "cash_balance", turns: [
    { figure: "cash_need", goal: "0", says: "Nothing has to be raised" }, { figure: "runs_out.runway_months", goal: request => (request.cash_balance === undefined ? undefined : "lasts"), says: "The cash lasts" }] },
  default_alive: { input: "monthly_revenue_growth_rate", second: "monthly_expenses", turns: [{ figure: "verdict", goal: "VERDICT_DEFAULT_ALIVE", says: "Default alive" }] },
  capex_roi: { input: "discount_rate", second: "gross_margin", turns: [{ figure: "net_present_value", goal: "0", says: "It is worth what it costs" }] },
  cash_flow: { input: "discount_rate", second: "cash_flows.periodic.amounts[0]", turns: [
    { figure: "net_present_value", goal: "0", says: "It is worth nothing" }, { figure: "internal_rates_of_return.rates[selected].annual", goal: "0", says: "It earns nothing" }] },
  depreciation: { input: "cost", second: "policy.salvage_ratio", turns: [{ figure: "years[0].depreciation" }] },
  regret: { input: "alternatives[0].payoffs[0]", second: "alternatives[0].payoffs[1]", turns: [
    { figure: "alternatives[0].maximum_regret", goal: "0", says: "The first alternative is never regretted" }, { figure: "expected_value_of_perfect_information", goal: "0", says: "Knowing the outcome first is worth nothing" }] },
  discounted_value: { input: "discount_rate", second: "perpetual_growth_rate", turns: [
    { figure: "value_per_share", goal: request => request.share_price, says: "A share is worth its price" }, { figure: "equity_value", goal: "0", says: "The shares are worth nothing" }] },
  implied_growth: { input: "enterprise_value", second: "discount_rate", turns: [{ figure: "implied_growth_rate", goal: "0", says: "No growth is taken for granted" }] },
  rerating: { input: "ending_price_earnings_ratio", second: "earnings_growth_rate", turns: [
    { figure: "price_factor", goal: request => (request.price_factor === undefined ? "1" : undefined), says: "The price is where it was" },
    { figure: "earnings_growth_rate", goal: request => (request.price_factor === undefined ? undefined : "0"), says: "Earnings do not grow" }] },
  price_change: { input: "end_price", second: "start_price", turns: [{ figure: "change_rate", goal: "0", says: "Nothing was lost or won" }] },
  share_ceiling: { input: "current_share", second: "maximum_share", turns: [{ figure: "maximum_share_factor", goal: "2", says: "Sales can just double without the market" }] },
  required_margin: { input: "price_to_sales", second: "revenue_growth_rate", turns: [{ figure: "required_net_cash_margin", goal: "1", says: "All sales have to be paid out" }] },
  rule_of_forty: { input: "revenue_growth_rate", second: "free_cash_flow_margin", turns: [{ figure: "score", goal: request => request.threshold ?? "0.4", says: "Growth and cash flow just add up to enough" }] },
};
