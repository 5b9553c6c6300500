/** The columns of a packed row: four-byte ones first, then eight-byte ones. */
export type PackedColumns = { readonly int4: readonly string[]; readonly int8: readonly string[] };

/**
 * A statement that gives all rows of a query as one bytea, in the order of the int4 columns. Rows as values cost PGlite
 * ten times as much on the way to JavaScript.
 */
export const packedRows = ({ int4, int8 }: PackedColumns, query: string): string =>
  `SELECT string_agg(${[...int4.map((c) => `int4send(${c})`), ...int8.map((c) => `int8send(${c})`)].join(" || ")},
     ''::bytea ORDER BY ${int4.join(", ")}) AS bytes FROM (${query}) packed`;

export type PackedAnswer = { readonly bytes: Uint8Array | null }; // null = no row

/** Reads what packedRows gave: `read` gets the first byte of each row. */
export function unpackRows<T>(
  [answer]: readonly PackedAnswer[],
  { int4, int8 }: PackedColumns,
  read: (view: DataView, at: number) => T,
): T[] {
  const bytes = answer?.bytes;
  if (!bytes) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rowBytes = 4 * int4.length + 8 * int8.length;
  return Array.from({ length: bytes.byteLength / rowBytes }, (_, row) => read(view, row * rowBytes));
}
