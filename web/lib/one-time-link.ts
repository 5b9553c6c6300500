export const LINK_KINDS = ["set-up", "invite", "reset"] as const;

/** What a one-time link is for, and for whom; name and e-mail are "" until the first administrator says them. */
export type OpenLink = { readonly kind: (typeof LINK_KINDS)[number]; readonly name: string; readonly email: string };

/** The answer of `GET /api/link`; null = it is none. */
export function linkOf(answer: unknown): OpenLink | null {
  if (typeof answer !== "object" || answer === null) return null;
  const { kind, name, email } = answer as Record<string, unknown>;
  const known = LINK_KINDS.find((one) => one === kind);
  if (known === undefined || typeof name !== "string" || typeof email !== "string") return null;
  return { kind: known, name, email };
}
