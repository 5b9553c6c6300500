import type { Booker } from "../../server/ingest/booker.ts";

/** Commits card time and books none of it: for tests of what is committed. */
export const NO_BOOKING: Booker = { booked: (_source, _batches, commit) => commit(async () => undefined) };
