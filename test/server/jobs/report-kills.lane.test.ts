import { afterAll, beforeAll, describe } from "vitest";
import { type PostgresService, startPostgres, whyNoPostgres } from "../../services/postgres.ts";
import { reportKills, reportReplicas } from "./report-kills.ts";

const why = whyNoPostgres();
if (why) console.warn(`skipped: reports whose maker is killed (PostgreSQL): ${why}`);

describe.skipIf(why !== null)("the maker of reports on PostgreSQL", () => {
  let service: PostgresService;
  let second = "";
  beforeAll(async () => {
    service = await startPostgres();
    second = await service.createDatabase("replicas");
  });
  afterAll(async () => await service?.stop());

  reportKills("PostgreSQL", () => ({ url: service.url }), 2);
  reportReplicas(() => ({ url: second }));
});
