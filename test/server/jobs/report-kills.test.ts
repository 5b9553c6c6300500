import { rmSync } from "node:fs";
import { afterAll, beforeAll } from "vitest";
import { freshDataDir } from "../../db/databases.ts";
import { reportKills } from "./report-kills.ts";

let dataDir = "";
beforeAll(async () => {
  dataDir = await freshDataDir();
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

reportKills("PGlite", () => ({ dataDir }), 0);
