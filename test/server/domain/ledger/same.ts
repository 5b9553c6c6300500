/** @throws Error that shows both, where two values are not equal; plain comparing, a thousand times quicker than `expect` */
export function same(got: unknown, wanted: unknown): void {
  const show = (value: unknown) => JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? `${v}n` : v));
  if (show(got) !== show(wanted)) throw new Error(`${show(got)} is not ${show(wanted)}`);
}

export function isTrue(claim: boolean, text: string): void {
  if (!claim) throw new Error(text);
}
