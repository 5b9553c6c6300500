/**
 * Money is a whole number of micro-units (1e-6) of an ISO 4217 currency, as a bigint: it adds up exactly, and the type
 * checker keeps plain numbers away from it. In JSON and in URLs it is the same whole number as text.
 */
export type Micro = bigint;
/** A whole number of micro-units as decimal digits, with a leading minus where negative. */
export type MicroText = string;

/** Three capital letters of ISO 4217, e.g. "CNY". Two currencies never meet without a dated rate. */
export type Currency = string;

export const MICRO = 1_000_000n;

/** Micro-units as JSON text and back. */
export const microText = (amount: Micro): MicroText => amount.toString();
export const microOf = (text: MicroText): Micro => BigInt(text);
