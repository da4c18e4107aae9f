// usage: node server.js ADDRESS
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';
import { Decimal } from 'decimal.js';

Decimal.set({ precision: 28, rounding: Decimal.ROUND_HALF_EVEN });

const MAX_STREAMS = 1000;
const ZERO = new Decimal(0);
const ONE = new Decimal(1);
const LIMIT = new Decimal('7.9e28');
const PER_YEAR = { 1: 12, 2: 4, 3: 1 };
const DECIMAL = /^-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const CURRENCY = /^[A-Z]{3}$/;

class Refused extends Error {
  constructor(code, details) {
    super(details);
    this.code = code;
    this.details = details;
  }
}

const invalid = (field, why) => new Refused(grpc.status.INVALID_ARGUMENT, `${field}: ${why}`);

function parse(field, s = '') {
  if (!DECIMAL.test(s)) throw invalid(field, 'not a decimal');
  const d = new Decimal(s);
  if (d.precision() > 28 || d.decimalPlaces() > 28 || !d.abs().lt(LIMIT)) throw invalid(field, 'out of range');
  return d;
}

function notNegative(field, s) {
  const d = parse(field, s);
  if (d.lt(ZERO)) throw invalid(field, 'below 0');
  return d;
}

function positive(field, s) {
  const d = parse(field, s);
  if (d.lte(ZERO)) throw invalid(field, 'not above 0');
  return d;
}

function margin(field, s) {
  const d = notNegative(field, s);
  if (d.gte(ONE)) throw invalid(field, 'not 0 up to below 1');
  return d;
}

// Without an exponent, without trailing zeros, never "-0".
const text = (d) => (d.isZero() ? '0' : d.toFixed());

function requiredRevenue(r) {
  if (r.options?.explain || r.options?.rounding) {
    throw new Refused(grpc.status.UNIMPLEMENTED, 'options: not served here');
  }
  if (!CURRENCY.test(r.currency_code)) throw invalid('currency_code', 'not an ISO 4217 code');
  if (r.existing_revenue.length > MAX_STREAMS) throw invalid('existing_revenue', 'more than 1000 streams');
  const perYear = PER_YEAR[r.accelerator_revenue_period];
  if (!perYear) throw invalid('accelerator_revenue_period', 'required');
  const revenue = notNegative('accelerator_revenue', r.accelerator_revenue);
  const share = positive('accelerator_cost_share', r.accelerator_cost_share);
  if (share.gt(ONE)) throw invalid('accelerator_cost_share', 'not above 0 up to 1');
  const cloudMargin = r.cloud_gross_margin === undefined ? ZERO : margin('cloud_gross_margin', r.cloud_gross_margin);
  const endUserMargin = margin('end_user_gross_margin', r.end_user_gross_margin);
  const payback = r.payback_years === undefined ? ONE : positive('payback_years', r.payback_years);
  let existing = ZERO;
  for (const stream of r.existing_revenue) {
    if (!stream.name) throw invalid('existing_revenue.name', 'required');
    existing = existing.plus(notNegative('existing_revenue.annual_amount', stream.annual_amount));
  }

  const cloudKept = ONE.minus(cloudMargin);
  const endUserKept = ONE.minus(endUserMargin);
  const annual = revenue.times(perYear);
  const spend = annual.div(share);
  const required = spend.div(cloudKept).div(endUserKept);
  const requiredAnnual = required.div(payback);
  const multiple = annual.isZero() ? ONE.div(share).div(cloudKept).div(endUserKept) : required.div(annual);
  const response = {
    currency_code: r.currency_code,
    annual_accelerator_revenue: text(annual),
    implied_data_center_spend: text(spend),
    required_revenue: text(required),
    required_annual_revenue: text(requiredAnnual),
    existing_annual_revenue: text(existing),
    revenue_gap: text(requiredAnnual.minus(existing)),
    spend_multiple: text(multiple),
  };
  if (!requiredAnnual.isZero()) response.coverage_ratio = text(existing.div(requiredAnnual));
  if (r.paying_customers !== undefined) {
    const customers = positive('paying_customers', r.paying_customers);
    response.monthly_revenue_per_customer = text(requiredAnnual.div(customers).div(12));
  }
  return response;
}

const definition = loader.loadSync('paydirt/v1/break_even.proto', {
  includeDirs: [new URL('../../../proto', import.meta.url).pathname],
  keepCase: true,
  arrays: true,
});
const { paydirt } = grpc.loadPackageDefinition(definition);

const server = new grpc.Server();
server.addService(paydirt.v1.BreakEvenService.service, {
  ComputeRequiredRevenue(call, callback) {
    let response;
    try {
      response = requiredRevenue(call.request);
    } catch (e) {
      callback(e instanceof Refused ? e : { code: grpc.status.INTERNAL });
      return;
    }
    callback(null, response);
  },
});
server.bindAsync(process.argv[2], grpc.ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});
process.on('SIGTERM', () => server.tryShutdown(() => process.exit(0)));
