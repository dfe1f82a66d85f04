/** What a request is worth on average: no template says it. Each with where it comes from; docs/finops.md prints them. */
export interface Assumption {
  value: number;
  why: string;
}

export const assumptions = {
  millisecondsOfRequest: {
    value: 30,
    why: 'billed ms of an API function, cold starts included (npm run bench; measure yours with --logs)',
  },
  millisecondsOfSchedule: { value: 50, why: 'billed ms of a scheduled function that finds little to do' },
  eventsPerRequest: { value: 0.03, why: 'three of 100 requests change something that an event tells of (tests/load)' },
  consumersPerEvent: { value: 2, why: 'queues that an event goes to, on average' },
  callsPerMessage: { value: 3, why: 'a message is sent, received and deleted' },
  mailsPerRequest: { value: 0.005, why: 'confirmation, receipt and parcel of an order among 600 requests' },
  logKbPerRequest: { value: 2.2, why: 'access log, the function’s own line and Lambda’s report (measured lines)' },
  flowKbPerRequest: { value: 1, why: 'flow logs, where FlowLogDays keeps them' },
  edgeLogKbPerRequest: { value: 1, why: 'logs of CloudFront and WAF, where EdgeLogs writes them' },
  logKbPerSchedule: { value: 1, why: 'the same of a scheduled function' },
  filesPerRequest: {
    value: 1,
    why: 'the SPA’s files and pictures that a browser asks for beside each API request, most of them cached by it',
  },
  edgeKbPerRequest: { value: 25, why: 'compressed answer and its share of files' },
  outKbPerRequest: { value: 3, why: 'telemetry and calls of the payment provider, through the NAT' },
  changedGbPerDay: { value: 0.2, why: 'what a backup adds to the one of the day before' },
  siteGb: { value: 1, why: 'versions of SPA and code that are kept' },
  statementsPerRequest: { value: 3, why: 'round trips to PostgreSQL that read or write blocks (tests/support/round-trips)' },
} as const satisfies Record<string, Assumption>;
