import { type Box, openBox } from "../../server/secrets/box.ts";

/** A box with one key that stands in no database. */
export const testBox = (fill = 7): Box =>
  openBox({
    present: async () => ({ id: 1, key: new Uint8Array(32).fill(fill) }),
    find: async (id) => (id === 1 ? new Uint8Array(32).fill(fill) : null),
    signing: new Uint8Array(32).fill(fill + 1),
  });
