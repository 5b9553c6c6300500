import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { BotServer } from "../../../../collectors/simulator/serve-bots.ts";
import type { Database } from "../../../../db/database.ts";
import { MINUTE_MS } from "../../../../db/model/time.ts";
import { seedDemoReports } from "../../../../server/demo-reports.ts";
import { systemClock } from "../../../../server/clock.ts";
import { openSender } from "../../../../server/egress/sender.ts";
import { startNotifier } from "../../../../server/notify/notifier.ts";
import type { Notice } from "../../../../db/model/channel.ts";
import { storeOutbox } from "../../../../server/notify/store-outbox.ts";
import { freshDataDir, open } from "../../../db/databases.ts";
import { startFakeBots } from "../../../services/fake-bots.ts";
import { type FakeSmtp, type FakeSmtpOptions, startFakeSmtp } from "../../../services/fake-smtp.ts";
import { aDefinition, openReports, putChannel } from "./reports-stage.ts";

let dataDir = "";
let db: Database;
let bots: BotServer;
const servers: FakeSmtp[] = [];
const sender = openSender({ clock: systemClock, egress: { allow: ["127.0.0.0/8"] } });

beforeAll(async () => {
  dataDir = await freshDataDir();
  db = await open({ dataDir });
  bots = await startFakeBots({ "feishu/duty": { secret: "s" } });
});
afterEach(async () => {
  for (const smtp of servers.splice(0)) await smtp.stop();
});
afterAll(async () => {
  await bots?.stop();
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const smtp = async (options: FakeSmtpOptions = {}) => {
  const server = await startFakeSmtp(options);
  servers.push(server);
  return { server, channel: await putChannel(db, "email", { url: `smtp://127.0.0.1:${server.port}?tls=no` }) };
};
/** The PDF of a mail. */
const attached = (data: string): string =>
  Buffer.from(/application\/pdf[\s\S]*?\n\n([\sA-Za-z0-9+/=]+?)\n--/.exec(data)![1]!, "base64").toString();
const until = async (claim: () => boolean): Promise<void> => {
  for (let i = 0; i < 100 && !claim(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
};
/** Runs of a definition that only this test has, in a period that only it asks for. */
let week = 10;
const deliver = async (recipients: Parameters<typeof aDefinition>[0], more: Parameters<typeof openReports>[1] = {}) => {
  const stage = openReports(db, { sender, ...more });
  const id = await stage.reports.saveDefinition(aDefinition(recipients));
  await stage.reports.pauseDefinition(id, true); // its own schedule is not what is looked at
  const runId = await stage.reports.run({ definitionId: id, period: `2026-W${week++}` });
  await stage.settle();
  const deliveries = async () => (await stage.reports.read(runId, "zh-CN"))!.deliveries;
  return { stage, runId, deliveries };
};

describe("a report that is made goes out", () => {
  test("without amounts to a chat that stopped showing them while its digest waited (API-05)", async () => {
    const chat = await putChannel(db, "feishu", { url: bots.url("feishu/moved"), secret: "s" });
    const { stage } = await deliver([{ kind: "chat", channelId: chat }]);
    const [waiting] = await db.query<{ notice: Notice }>("SELECT notice FROM outbox WHERE channel_id = $1", [chat]);
    expect(waiting!.notice).toMatchObject({ hasAmounts: true });
    expect(waiting!.notice.lines.length).toBeGreaterThan(0);
    await db.query("UPDATE channel SET shows_money = false WHERE id = $1", [chat]);
    const { log, secretsOf } = stage.parts;
    const at = { zone: () => "UTC", publicUrl: () => "https://dapan.example.com", pollMs: 50 };
    const notifier = startNotifier({ store: storeOutbox(db), sender, clock: systemClock, log, secretsOf, ...at });
    await until(() => bots.bots.accepted("feishu/moved").length > 0);
    await notifier.stop();
    const [digest] = bots.bots.accepted("feishu/moved");
    expect(digest!.body).toContain(waiting!.notice.title);
    for (const { what } of waiting!.notice.lines) expect(digest!.text).not.toContain(what.slice(0, 12));
  });

  test("by mail to each recipient, with the PDF; to chat as a digest with a link; to WeCom as a file too", async () => {
    const { server, channel } = await smtp();
    const feishu = await putChannel(db, "feishu", { url: bots.url("feishu/duty"), secret: "s" });
    const wecom = await putChannel(db, "wecom", { url: bots.url("wecom/lead") });
    const { stage, runId, deliveries } = await deliver([
      { kind: "mail", channelId: channel, to: ["lead@example.com", "ops@example.com", "lead@example.com"] },
      { kind: "chat", channelId: feishu },
      { kind: "chat", channelId: wecom },
    ]);
    const { document } = (await stage.reports.read(runId, "zh-CN"))!;
    expect(server.mails.map(({ to }) => to.join())).toEqual(["lead@example.com", "ops@example.com"]);
    const { data } = server.mails[0]!;
    expect(data).toMatch(/filename=dapan-weekly-2026-W\d\d-zh\.pdf/);
    expect(attached(data)).toBe(`%PDF-1.7 ${document!.title}`);
    const ids = server.mails.map((mail) => /^Message-ID: (.*)$/m.exec(mail.data)![1]);
    expect(new Set(ids).size).toBe(2);
    const file = bots.bots.accepted("wecom/lead");
    expect(file.map(({ body }) => body.startsWith("--dapan-"))).toEqual([true, false]);
    expect(file[0]!.body).toContain("%PDF-1.7");
    expect(JSON.parse(file[1]!.body)).toMatchObject({ msgtype: "file" });

    const notifier = startNotifier({
      store: storeOutbox(db),
      sender,
      clock: systemClock,
      log: stage.parts.log,
      secretsOf: stage.parts.secretsOf,
      zone: () => "Asia/Shanghai",
      publicUrl: () => "https://dapan.example.com",
      pollMs: 50,
    });
    await until(() => bots.bots.accepted("feishu/duty").length > 0 && bots.bots.accepted("wecom/lead").length > 2);
    await notifier.stop();
    const [digest] = bots.bots.accepted("feishu/duty");
    expect(digest!.body).toContain(document!.title);
    for (const line of document!.digest) expect(digest!.text).toContain(line.slice(0, 12));
    expect(digest!.body).toContain(`https://dapan.example.com/patrol/reports/${runId}`);
    expect((await deliveries()).map(({ kind, state, body }) => [kind, state, body])).toEqual([
      ["chat", "sent", "digest"],
      ["chat", "sent", "digest"],
      ["chat", "sent", "pdf"],
      ["mail", "sent", "pdf"],
      ["mail", "sent", "pdf"],
    ]);
    await stage.settle();
    expect(server.mails).toHaveLength(2);
  });

  test("as text where no PDF can be made (SCH-06)", async () => {
    const { server, channel } = await smtp();
    const recipients = [{ kind: "mail", channelId: channel, to: ["lead@example.com"] }] as const;
    const { stage, runId, deliveries } = await deliver(recipients, {
      makePdf: () => Promise.reject(new Error("out of memory")),
    });
    expect(await deliveries()).toMatchObject([{ state: "sent", body: "text", error: "" }]);
    expect(server.mails[0]!.data).toMatch(/filename=dapan-weekly-2026-W\d\d-zh\.txt/);
    await expect(stage.reports.pdf({ runId }, "zh-CN")).rejects.toThrow("the PDF could not be made");
  });

  test("a recipient that bounces fails with the server's words; the others get theirs", async () => {
    const { server, channel } = await smtp({
      answer: (command) => (command === "RCPT" && server0.next() ? "550 5.1.1 no such mailbox" : null),
    });
    const recipients = [{ kind: "mail", channelId: channel, to: ["a-gone@example.com", "ops@example.com"] }] as const;
    const { deliveries } = await deliver(recipients);
    expect(await deliveries()).toMatchObject([
      { to: "a-gone@example.com", state: "failed", error: expect.stringContaining("no such mailbox") },
      { to: "ops@example.com", state: "sent", error: "" },
    ]);
    expect(server.mails.map(({ to }) => to.join())).toEqual(["ops@example.com"]);
  });

  test("a server that is away is tried again, under the same Message-ID", async () => {
    let isAway = true;
    const { server, channel } = await smtp({
      answer: (command) => (command === "." && isAway ? "451 4.3.0 later" : null),
    });
    const { stage, deliveries } = await deliver([{ kind: "mail", channelId: channel, to: ["lead@example.com"] }]);
    expect(await deliveries()).toMatchObject([
      { state: "waiting", attempts: 1, error: expect.stringContaining("later") },
    ]);
    isAway = false;
    await stage.settle();
    expect(server.mails).toHaveLength(0);
    await stage.clock.advance(MINUTE_MS);
    await stage.settle();
    expect(await deliveries()).toMatchObject([{ state: "sent", attempts: 2, error: "" }]);
    expect(server.mails).toHaveLength(1);
  });

  test("a test goes to everybody and says who did not get it", async () => {
    const { server, channel } = await smtp();
    const chat = await putChannel(db, "slack", { url: bots.url("slack/x") });
    const stage = openReports(db, { sender, testChannel: async () => ({ ok: false, said: "404 no_service" }) });
    const id = await stage.reports.saveDefinition(
      aDefinition([
        { kind: "mail", channelId: channel, to: ["lead@example.com"] },
        { kind: "chat", channelId: chat },
      ]),
    );
    expect(await stage.reports.sendTest(id)).toMatchObject([
      { to: "lead@example.com", ok: true, error: "" },
      { ok: false, error: "404 no_service" },
    ]);
    const { data } = server.mails[0]!;
    expect(data).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(data).toMatch(/filename=dapan-weekly-2026-W47-zh\.pdf/); // of the last week that is over
    expect(attached(data)).toMatch(/^%PDF-1\.7 .*2026 年第 47 周/);
    expect(await db.query("SELECT id FROM report_run WHERE definition_id = $1", [id])).toEqual([]); // no run of it
    const without = openReports(db, { sender, makePdf: () => Promise.reject(new Error("out of memory")) });
    expect(await without.reports.sendTest(id)).toMatchObject([{ ok: true }, { ok: true }]);
    expect(server.mails[1]!.data).toMatch(/filename=dapan-test\.txt/);
    await stage.reports.removeDefinition(id);
  });
});

describe("mail to people who see no money (API-05)", () => {
  /** Everything a mail says: its subject, and each part as its reader opens it. */
  const wordsOf = (data: string): string => {
    const bytes = (text: string, how: string): string => {
      if (how === "base64") return Buffer.from(text, "base64").toString();
      const hex = text
        .replaceAll(/=\n/g, "")
        .replaceAll(/%/g, "=25")
        .replaceAll(/=([\dA-F]{2})/g, "%$1");
      return decodeURIComponent(hex);
    };
    const parts = data.matchAll(/Content-Transfer-Encoding: (base64|quoted-printable)\n(?:.+\n)*\n([\s\S]*?)\n--/g);
    const subject = /^Subject: (.*(?:\n .*)*)/m.exec(data)![1]!.matchAll(/=\?UTF-8\?([BQ])\?(.*?)\?=/g);
    return [
      ...[...subject].map(([, how, text]) => bytes(text!, how === "B" ? "base64" : "")),
      ...[...parts].map(([, how, text]) => bytes(text!, how!)),
    ].join("\n");
  };
  const AMOUNT = /[¥￥$€]\s?-?\d[\d.,]*/g;
  const document = { makePdf: async (of: unknown) => ({ bytes: Buffer.from(JSON.stringify(of)), pages: 1 }) };
  const noPdf = { makePdf: () => Promise.reject(new Error("out of memory")) };

  test.each([
    ["in its PDF", document],
    ["in its text", noPdf],
  ])(
    "the report of a week names no amount where the channel or the definition shows none, %s",
    async (_where, more) => {
      const { server, channel } = await smtp();
      const hidden = await smtp();
      await db.query("UPDATE channel SET shows_money = false WHERE id = $1", [hidden.channel]);
      const to = ["lead@example.com"];
      await deliver(
        [channel, hidden.channel].map((channelId) => ({ kind: "mail", channelId, to }) as const),
        more,
      );
      const [open] = server.mails;
      const amounts = wordsOf(open!.data).match(AMOUNT) ?? [];
      expect(amounts.length, "what is looked for can be found").toBeGreaterThan(5);
      const stage = openReports(db, { sender, ...more });
      const recipients = [{ kind: "mail", channelId: channel, to }] as const;
      const id = await stage.reports.saveDefinition(aDefinition(recipients, { showsMoney: false }));
      await stage.reports.pauseDefinition(id, true);
      await stage.reports.run({ definitionId: id, period: `2026-W${week++}` });
      await stage.settle();
      await stage.reports.sendTest(id);
      const quiet = [...hidden.server.mails, ...server.mails.slice(1)].map(({ data }) => wordsOf(data));
      expect(quiet).toHaveLength(3); // the channel's, the definition's, and its test
      for (const words of quiet) {
        expect(words).toMatch(/2026|没能生成/); // it is the report, or the test that says why it is not
        expect(words.match(AMOUNT)).toBeNull();
        expect(amounts.filter((amount) => amount.length > 5 && words.includes(amount.slice(1)))).toEqual([]);
      }
    },
  );
});

test("the demo's first start asks for last week's report, sent to its chat; a later start leaves things as they are", async () => {
  await db.query("UPDATE report_definition SET removed_at_ms = 0 WHERE removed_at_ms IS NULL");
  const stage = openReports(db, { sender });
  const seed = { zone: "Europe/Berlin", now: stage.clock.now() };
  await seedDemoReports(stage.reports, seed);
  await seedDemoReports(stage.reports, seed);
  await stage.settle();
  const filter = { q: "演示", kinds: [], definitionId: null, withSuperseded: true } as const;
  const { rows } = await stage.reports.archive({ filter, after: null, limit: 10 });
  expect(rows).toMatchObject([
    { run: { period: "2026-W47", state: "done" }, deliveries: { waiting: 1, sent: 0, failed: 0 } },
  ]);
});

/** The first recipient is refused, the second is not. */
const server0 = {
  asked: 0,
  next(): boolean {
    return this.asked++ === 0;
  },
};

/**
 * Two replicas over the same tables; each is killed in the middle, at another statement every time: from then on nothing it
 * asks for ever answers, and what it had not committed is gone.
 */
test(
  "twenty kills: one report, one digest, and a mail for each recipient, repeated at most once a kill (SCH-04)",
  { timeout: 120_000 },
  async () => {
    const { server, channel } = await smtp();
    const chat = await putChannel(db, "feishu", { url: bots.url("feishu/duty"), secret: "s" });
    const planner = openReports(db, { sender });
    const recipients = [
      { kind: "mail", channelId: channel, to: ["lead@example.com", "ops@example.com"] },
      { kind: "chat", channelId: chat },
    ] as const;
    const id = await planner.reports.saveDefinition(aDefinition(recipients));
    await planner.reports.pauseDefinition(id, true);
    const runIds: number[] = [];
    let kills = 0;
    for (let statement = 1; statement <= 24; statement++) {
      const runId = await planner.reports.run({
        definitionId: id,
        period: `2025-W${String(statement).padStart(2, "0")}`,
      });
      runIds.push(runId);
      const mortal = mortalDatabase(db, statement);
      const { clock } = planner;
      void openReports(mortal.db, { sender, clock }).reports.work(runId); // never ends, if it is killed
      await Promise.race([mortal.dead, planner.clock.advance(0).then(() => until(() => mortal.isDone()))]);
      if (mortal.isDead()) kills++;
      await planner.clock.advance(6 * MINUTE_MS); // its leases run out
      await Promise.all([planner.settle(), openReports(db, { sender, clock }).settle()]);
    }
    expect(kills).toBeGreaterThanOrEqual(20);
    const runs = await db.query("SELECT state FROM report_run WHERE definition_id = $1", [id]);
    expect(runs).toEqual(runIds.map(() => ({ state: "done" })));
    const sent = await db.query<{ state: string; n: number }>(
      "SELECT state, count(*)::int4 AS n FROM report_delivery WHERE run_id = ANY($1) AND outbox_id = '' GROUP BY state",
      [runIds],
    );
    expect(sent).toEqual([{ state: "sent", n: 2 * runIds.length }]);
    const [digests] = await db.query<{ n: number }>("SELECT count(*)::int4 AS n FROM outbox WHERE channel_id = $1", [
      chat,
    ]);
    expect(digests!.n).toBe(runIds.length);
    const ids = server.mails.map(({ data }) => /^Message-ID: (.*)$/m.exec(data)![1]!);
    expect(new Set(ids).size).toBe(2 * runIds.length);
    expect(ids.length - new Set(ids).size).toBeLessThanOrEqual(kills);
  },
);

/** A database whose user dies at its n-th statement: half of the time before it is carried out, half of the time after. */
function mortalDatabase(inner: Database, dieAt: number) {
  let count = 0;
  let isDead = false;
  let lastAt = systemClock.monotonicMs();
  let die: () => void = () => undefined;
  const dead = new Promise<void>((resolve) => (die = resolve));
  const never = (): Promise<never> => {
    if (!isDead) {
      isDead = true;
      die();
    }
    return new Promise(() => undefined);
  };
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isDead) return await never();
    lastAt = systemClock.monotonicMs();
    const isNow = ++count === dieAt;
    if (isNow && dieAt % 2 === 0) return await never();
    const result = await work();
    lastAt = systemClock.monotonicMs();
    return isNow || isDead ? await never() : result;
  };
  class Killed extends Error {}
  const db: Database = {
    ...inner,
    query: (sql, params) => step(() => inner.query(sql, params)),
    transaction: async (work) => {
      try {
        return await step(() =>
          inner.transaction((tx) =>
            work({
              ...tx,
              // a death inside takes the transaction with it
              query: async (sql, params) => {
                if (isDead || ++count === dieAt) throw new Killed();
                return await tx.query(sql, params);
              },
            }),
          ),
        );
      } catch (error) {
        if (error instanceof Killed) return await never();
        throw error;
      }
    },
  };
  return { db, dead, isDead: () => isDead, isDone: () => systemClock.monotonicMs() - lastAt > 300 };
}
