/** The bytes `[start, end)` one to a character: for plain ASCII, and as a key of any bytes. */
export const latin1 = (body: Buffer, start: number, end: number): string => body.toString("latin1", start, end);

/** The bytes `[start, end)` as UTF-8, which the caller has checked. */
export const utf8 = (body: Buffer, start: number, end: number): string => body.toString("utf8", start, end);
