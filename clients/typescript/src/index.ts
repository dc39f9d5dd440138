/** Calls Sendback's API from Node: see README.md. */
export { Client, type ClientOptions, type WatchOptions } from "./client.js";
export { DocumentBroken } from "./papers.js";
export { SendbackError, type FieldProblem, type Reason } from "./errors.js";
export { minorUnits, money } from "./money.js";
export { Code } from "@connectrpc/connect";
